import type { Results, RunDetails } from '../../results/index.ts'
import type { DataTable } from '../data-table.ts'

/** What figures are drawn from. */
export interface FigureSource {
  readonly results: Results
  readonly details: RunDetails
}

/** Something a reader chooses to see: what is on an axis, which sparsity. */
export interface Choice {
  readonly label: string
  readonly options: readonly string[]
}

/** A figure for one option of every choice. */
export interface Variant {
  /** In the order of the figure's choices. */
  readonly picked: readonly string[]
  readonly svg: string
}

/** A picture of the results with its data. */
export interface Figure {
  readonly title: string
  /** How to read it, in a sentence or two. */
  readonly reading: string
  readonly choices: readonly Choice[]
  /** The first is shown first. */
  readonly variants: readonly Variant[]
  readonly data: DataTable
  /** What is not drawn for want of room; it is in the data. */
  readonly leftOut: string | null
}

/** A figure that cannot be drawn: why, and what to set in the suite to get it. */
export interface AbsentFigure {
  readonly title: string
  readonly why: string
}

/** Draws a figure, or says why it cannot. */
export type Draw = (source: FigureSource) => Figure | AbsentFigure

export function isDrawn(figure: Figure | AbsentFigure): figure is Figure {
  return 'variants' in figure
}
