export { accuracyOf, percentage } from './accuracy.ts'
export type { AccuracyName } from './accuracy.ts'
export { buildResults } from './build.ts'
export { collectCells, neededUnits } from './collect.ts'
export type * from './details.ts'
export { compareResults } from './compare-results.ts'
export type { ComparedGroup, ResultsComparison } from './compare-results.ts'
export { meanBySeed } from './mean-by-seed.ts'
export { BUSY, fullTimes } from './full-times.ts'
export { leastSpread, pairedDifference } from './paired-difference.ts'
export type { PairedDifference } from './paired-difference.ts'
export { mergeResults } from './merge.ts'
export type { ShardResults } from './merge.ts'
export { parseResults } from './parse.ts'
export { parseVersioned } from './parse-versioned.ts'
export { serializeResults } from './serialize.ts'
export { comparedCells, similarityReport } from './similarity-report.ts'
export type { MaskedCell, NetworkMask } from './similarity-report.ts'
export { statistic } from './statistics.ts'
export { studentTQuantile } from './student-t.ts'
export { withoutTimes } from './times.ts'
export { NOTABLE_TIES, tiedShare } from './ties.ts'
export type {
  CellRecord,
  Critical,
  CriterionReport,
  Group,
  Results,
  RunIdentity,
  RunSummary,
  Shard,
  Statistic,
} from './types.ts'
