import type { CellRecord } from '../results/index.ts'
import { grouped } from './grouped.ts'

type MissingFigure = CellRecord['missingFigures'][number]

/** A unit's failure with all the cells that suffer from it. */
export interface FailureGroup {
  readonly unit: string
  readonly failure: MissingFigure['failure']
  readonly cells: readonly string[]
  /** The figures that the cells lack; null where they failed. */
  readonly figures: string | null
}

const figuresOf: Readonly<Record<MissingFigure['role'], string>> = {
  analyse: 'orthogonality, effective sparsity and cost',
  jacobian: 'singular values of the Jacobian',
  benchmark: 'times of inference',
}

/** Cells by the unit whose failure they suffer from: one unit may take many cells with it. Those that failed come first. */
export function failureGroups(cells: readonly CellRecord[]): readonly FailureGroup[] {
  const failed = cells.flatMap(({ id, failure, failedUnit }) =>
    failure === null ? [] : [{ id, failure, unit: failedUnit ?? { key: id, label: id }, figures: null }],
  )
  const lacking = cells.flatMap(({ id, missingFigures }) =>
    missingFigures.map(({ role, unit, failure }) => ({ id, failure, unit, figures: figuresOf[role] })),
  )
  return [
    ...grouped([...failed, ...lacking], ({ unit, figures }) => `${unit.key} ${figures ?? ''}`).values(),
  ].flatMap((own) => {
    const [first] = own
    if (first === undefined) return []
    const { unit, failure, figures } = first
    return [{ unit: unit.label, failure, cells: own.map(({ id }) => id), figures }]
  })
}

/** What became of so many cells: `failed`, `lack times of inference`. */
export function lossOf(figures: string | null, cells: number): string {
  return figures === null ? 'failed' : `${cells === 1 ? 'lacks' : 'lack'} ${figures}`
}
