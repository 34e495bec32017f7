export { buildResults } from './build.ts'
export { collectCells, neededUnits } from './collect.ts'
export { parseResults } from './parse.ts'
export { serializeResults } from './serialize.ts'
export { withoutTimes } from './times.ts'
export type {
  CellRecord,
  CriterionReport,
  Group,
  Results,
  RunIdentity,
  RunSummary,
  Statistic,
} from './types.ts'
