import type { MetricName } from '../plugin/index.ts'
import type { CellRecord } from '../results/index.ts'

/** What a metric is, for judging and for words. */
interface Metric {
  readonly title: string
  /** The same for columns. */
  readonly short: string
  /** What a difference is counted in. */
  readonly unit: 'points' | 'ms' | ''
  readonly of: (cell: CellRecord) => number | null
}

const accuracy = (name: keyof CellRecord['accuracy'], title: string, short: string): Metric => ({
  title,
  short,
  unit: 'points',
  of: ({ accuracy }) => {
    const count = accuracy[name]
    return count && (100 * count.correct) / count.total
  },
})

const latency = (name: 'full' | 'masked' | 'deleted'): Metric => ({
  title: `time of the ${name} network`,
  short: `${name} time`,
  unit: 'ms',
  of: ({ latency }) => latency?.[name]?.medianMs ?? null,
})

const plain = (title: string, of: Metric['of']): Metric => ({ title, short: title, unit: '', of })

/** Every figure that can be asserted or kept in a baseline. */
export const metrics: Readonly<Record<MetricName, Metric>> = {
  last: accuracy('last', 'trained accuracy', 'trained'),
  validationSelected: accuracy('validationSelected', 'validation-selected accuracy', 'val.-selected'),
  bestOnTest: accuracy('bestOnTest', 'best accuracy on test', 'best on test'),
  search: accuracy('search', 'search-set accuracy', 'search set'),
  validation: accuracy('validation', 'validation accuracy of the search', 'validation'),
  atK: accuracy('atK', 'untrained accuracy at k', 'at k'),
  rewind: accuracy('rewind', 'untrained accuracy, rewound', 'rewind'),
  achievedSparsity: plain('achieved sparsity', ({ sparsity }) => sparsity.achieved),
  effectiveSparsity: plain(
    'effective sparsity',
    ({ effective }) => effective && (effective.total - effective.kept) / effective.total,
  ),
  orthogonality: plain('orthogonality score', ({ orthogonality }) => orthogonality?.thesis ?? null),
  orthogonalityLee: plain(
    'orthogonality score of Lee et al.',
    ({ orthogonality }) => orthogonality?.lee ?? null,
  ),
  jacobianMean: plain('mean singular value of the Jacobian', ({ jacobian }) => jacobian?.mean ?? null),
  jacobianSd: plain('spread of the singular values of the Jacobian', ({ jacobian }) => jacobian?.sd ?? null),
  parameters: plain('parameters', ({ cost }) => cost?.parameters.kept ?? null),
  macs: plain('multiply-adds', ({ cost }) => cost?.macs?.kept ?? null),
  compressionRatio: plain('compression ratio', ({ cost }) => cost?.compressionRatio ?? null),
  theoreticalSpeedup: plain('theoretical speed-up', ({ cost }) => cost?.theoreticalSpeedup ?? null),
  latencyFull: latency('full'),
  latencyMasked: latency('masked'),
  latencyDeleted: latency('deleted'),
}

/** A figure of a cell that came to a result; null where it has none. */
export function figureOf(cell: CellRecord, metric: MetricName): number | null {
  return cell.status === 'ok' ? metrics[metric].of(cell) : null
}
