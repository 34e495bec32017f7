import type { CellRecord } from '../results/index.ts'
import { grouped } from './grouped.ts'

/** A unit's failure with all the cells that suffer from it. */
export interface FailureGroup {
  readonly unit: string
  readonly failure: NonNullable<CellRecord['failure']>
  readonly cells: readonly string[]
}

/** Cells by the unit whose failure they suffer from: one unit may take many cells with it. */
export function failureGroups(cells: readonly CellRecord[]): readonly FailureGroup[] {
  const failed = cells.flatMap(({ id, failure, failedUnit }) =>
    failure === null ? [] : [{ id, failure, unit: failedUnit ?? { key: id, label: id } }],
  )
  return [...grouped(failed, ({ unit }) => unit.key).values()].flatMap((own) => {
    const [first] = own
    return first ? [{ unit: first.unit.label, failure: first.failure, cells: own.map(({ id }) => id) }] : []
  })
}
