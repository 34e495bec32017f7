import { accuracyOf, type AccuracyName, type CellRecord, type Results } from '../results/index.ts'
import { csvOf, type Datum } from './data-table.ts'

type Column = (cell: CellRecord) => Datum

const accuracy =
  (name: AccuracyName): Column =>
  (cell) =>
    accuracyOf(cell, name)

/** The columns of `results.csv`, named by their place in a cell of `results.json`. */
const columns: Readonly<Record<string, Column>> = {
  id: ({ id }) => id,
  criterion: ({ point }) => point.criterion,
  sparsity: ({ point }) => point.sparsity,
  k: ({ point }) => point.k,
  seed: ({ point }) => point.seed,
  searchSeed: ({ point }) => point.searchSeed ?? null,
  control: ({ point }) => String(point.control),
  status: ({ status }) => status,
  'sparsity.achieved': ({ sparsity }) => sparsity.achieved,
  'sparsity.kept': ({ sparsity }) => sparsity.kept,
  'sparsity.total': ({ sparsity }) => sparsity.total,
  'effective.kept': ({ effective }) => effective?.kept ?? null,
  'ties.kept': ({ ties }) => ties?.kept ?? null,
  'ties.pruned': ({ ties }) => ties?.pruned ?? null,
  emptyLayers: ({ emptyLayers }) => emptyLayers.join(' ') || null,
  'accuracy.search': accuracy('search'),
  'accuracy.validation': accuracy('validation'),
  'accuracy.atK': accuracy('atK'),
  'accuracy.rewind': accuracy('rewind'),
  'accuracy.last': accuracy('last'),
  'accuracy.validationSelected': accuracy('validationSelected'),
  'accuracy.validationSelected.epoch': (cell) => cell.accuracy.validationSelected?.epoch ?? null,
  'accuracy.bestOnTest': accuracy('bestOnTest'),
  'accuracy.bestOnTest.epoch': (cell) => cell.accuracy.bestOnTest?.epoch ?? null,
  'curve.last.loss': ({ curve }) => curve.at(-1)?.loss ?? null,
  'orthogonality.thesis': ({ orthogonality }) => orthogonality?.thesis ?? null,
  'orthogonality.lee': ({ orthogonality }) => orthogonality?.lee ?? null,
  'jacobian.mean': ({ jacobian }) => jacobian?.mean ?? null,
  'jacobian.sd': ({ jacobian }) => jacobian?.sd ?? null,
  'jacobian.min': ({ jacobian }) => jacobian?.min ?? null,
  'jacobian.max': ({ jacobian }) => jacobian?.max ?? null,
  'cost.parameters.kept': ({ cost }) => cost?.parameters.kept ?? null,
  'cost.parameters.total': ({ cost }) => cost?.parameters.total ?? null,
  'cost.macs.kept': ({ cost }) => cost?.macs?.kept ?? null,
  'cost.macs.total': ({ cost }) => cost?.macs?.total ?? null,
  'cost.compressionRatio': ({ cost }) => cost?.compressionRatio ?? null,
  'cost.theoreticalSpeedup': ({ cost }) => cost?.theoreticalSpeedup ?? null,
  'latency.batch': ({ latency }) => latency?.batch ?? null,
  'latency.full.medianMs': ({ latency }) => latency?.full.medianMs ?? null,
  'latency.masked.medianMs': ({ latency }) => latency?.masked?.medianMs ?? null,
  'latency.deleted.medianMs': ({ latency }) => latency?.deleted?.medianMs ?? null,
  'latency.deleted.speedup.median': ({ latency }) => latency?.deleted?.speedup.median ?? null,
  'latency.deleted.speedup.low': ({ latency }) => latency?.deleted?.speedup.low ?? null,
  'latency.deleted.speedup.high': ({ latency }) => latency?.deleted?.speedup.high ?? null,
  evaluatedMasks: ({ evaluatedMasks }) => evaluatedMasks,
  'failure.message': ({ failure }) => failure?.message ?? null,
  missingFigures: ({ missingFigures }) => missingFigures.map(({ role }) => role).join(' ') || null,
  seconds: ({ seconds }) => seconds,
}

/** `results.csv`: a row for each cell, accuracies in %, empty where there is nothing. */
export function resultsCsv({ cells }: Pick<Results, 'cells'>): string {
  return csvOf({
    columns: Object.keys(columns),
    rows: cells.map((cell) => Object.values(columns).map((column) => column(cell))),
  })
}
