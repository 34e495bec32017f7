import * as Plot from '@observablehq/plot'
import { textWidth } from '../text-width.ts'
import { panel, WIDTH, type Panel } from './chart.ts'
import type { PointSymbol } from './palette.ts'

/** One entry of a legend. */
export interface Legend {
  readonly name: string
  readonly colour: string
  /** Null: only a line. */
  readonly symbol: PointSymbol | null
  /** Null: only a symbol. */
  readonly dash: string | null
  readonly opacity?: number
  /** Whether only the symbol's outline is drawn. */
  readonly hollow?: boolean
}

const LINE = 20
const MARK = 34
const GAP = 18
/** Wide enough for most letters of the fonts that browsers have. */
const LETTER = 6.8

/** What the lines and symbols of a figure stand for, in rows over it. */
export function legend(entries: readonly Legend[], width = WIDTH): Panel {
  const placed = place(entries, width - 12)
  const rows = 1 + Math.max(0, ...placed.map(({ row }) => row))
  const height = rows * LINE + 4
  const flat = { domain: [0, width], range: [0, width] }
  return panel({
    width,
    height,
    margin: 0,
    axis: null,
    x: flat,
    y: { domain: [0, height], range: [0, height] },
    marks: placed.flatMap(({ entry, x, row }) => {
      const y = row * LINE + LINE / 2 + 2
      const at = [{ x: x + MARK / 2 - 5, y }]
      const name = [{ x: x + MARK - 4, y, name: entry.name }]
      return [
        ...(entry.dash === null
          ? []
          : [
              Plot.link(at, {
                x1: x,
                x2: x + MARK - 10,
                y1: 'y',
                y2: 'y',
                stroke: entry.colour,
                strokeWidth: 2,
                strokeDasharray: entry.dash,
                strokeOpacity: entry.opacity ?? 1,
              }),
            ]),
        ...(entry.symbol === null
          ? []
          : [
              Plot.dot(at, {
                x: 'x',
                y: 'y',
                symbol: entry.symbol,
                r: 4.5,
                ...(entry.hollow === true
                  ? { stroke: entry.colour, strokeWidth: 2 }
                  : { fill: entry.colour, fillOpacity: entry.opacity ?? 1 }),
              }),
            ]),
        Plot.text(name, { x: 'x', y: 'y', text: 'name', textAnchor: 'start' }),
      ]
    }),
  })
}

function place(entries: readonly Legend[], width: number) {
  let x = 8
  let row = 0
  return entries.map((entry) => {
    const needs = MARK + textWidth(entry.name) * LETTER
    if (x > 8 && x + needs > width) {
      x = 8
      row++
    }
    const placed = { entry, x, row }
    x += needs + GAP
    return placed
  })
}
