import { criticalSparsities } from './critical.ts'
import { groupCells, orderCells } from './group.ts'
import type { CellRecord, Results, RunIdentity } from './types.ts'

/** The results of a run: its records in the order of reports, and their statistics over seeds. */
export function buildResults(identity: RunIdentity, records: readonly CellRecord[]): Results {
  const groups = groupCells(records)
  return {
    schema: 'prune-bench/results@4',
    identity,
    groups,
    critical: criticalSparsities(groups),
    cells: orderCells(records),
  }
}
