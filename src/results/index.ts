export { buildResults } from './build.ts'
export { collectCells, neededUnits } from './collect.ts'
export type { CellSources, UnitEnd } from './collect.ts'
export { groupCells, orderCells, percentage } from './group.ts'
export { parseResults } from './parse.ts'
export { resultsSchema } from './schema.ts'
export { serializeResults } from './serialize.ts'
export { statistic } from './statistics.ts'
export { withoutTimes } from './times.ts'
export type {
  CellRecord,
  CellStatus,
  DataReport,
  Group,
  Results,
  RunIdentity,
  RunSummary,
  Statistic,
} from './types.ts'
