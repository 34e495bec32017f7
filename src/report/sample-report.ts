import {
  buildResults,
  type CellRecord,
  type CriterionReport,
  type LossCurve,
  type RunDetails,
  type SimilarityReport,
  type SearchTrace,
} from '../results/index.ts'
import { stream } from '../values/random.ts'
import { grouped } from './grouped.ts'
import type { Report } from './report-files.ts'
import { sampleResults } from './sample-results.ts'

/** A matrix as large as one likes, with figures that have the shape of real ones. */
export interface SampleMatrix {
  readonly criteria: readonly string[]
  /** Which of the criteria are searches. */
  readonly searches: readonly string[]
  readonly sparsities: readonly number[]
  readonly k: readonly number[]
  readonly seeds: readonly number[]
}

const layers = [
  { name: 'conv1', total: 64 },
  { name: 'conv2', total: 128 },
  { name: 'conv3', total: 256 },
  { name: 'conv4', total: 512 },
]
const TOTAL = 960
const EPOCHS = 6

/** Four criteria, one of them a search, at three sparsities and two k. */
export const smallMatrix: SampleMatrix = {
  criteria: ['sa', 'mag-rewind', 'mag-sign-rewind', 'random'],
  searches: ['sa'],
  sparsities: [0.5, 0.7, 0.9],
  k: [0, 1],
  seeds: [1, 2, 3],
}

/** 2,000 pruned networks and five full ones. */
export const largeMatrix: SampleMatrix = {
  criteria: Array.from({ length: 10 }, (_, i) => `criterion-${i}`),
  searches: ['criterion-0', 'criterion-1'],
  sparsities: [0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98],
  k: [0, 1, 3, 6, 9],
  seeds: [1, 2, 3, 4, 5],
}

/** A report as if filters of a small CNN had been pruned; the second criterion collapses at the highest sparsity. */
export function sampleReport(matrix: SampleMatrix): Report {
  const base = sampleResults([], [1])
  const like = base.identity.criteria[0] as CriterionReport
  const cells = [
    ...matrix.seeds.map((seed) => cellOf('unpruned', 0, 0, seed, matrix)),
    ...matrix.criteria.flatMap((criterion) =>
      matrix.sparsities.flatMap((sparsity) =>
        matrix.k.flatMap((k) => matrix.seeds.map((seed) => cellOf(criterion, sparsity, k, seed, matrix))),
      ),
    ),
  ]
  const identity = {
    ...base.identity,
    suite: 'sample',
    model: { ...base.identity.model, name: 'basic-cnn' },
    training: { ...base.identity.training, epochs: EPOCHS },
    criteria: matrix.criteria.map((label): CriterionReport => {
      const search = matrix.searches.includes(label)
      return {
        ...like,
        label,
        kind: search ? 'search' : 'criterion',
        needs: search ? [] : ['weights'],
        options: search ? { budget: 3000 } : {},
      }
    }),
    granularity: 'filter' as const,
    kUnit: 'epochs' as const,
    plannedCells: cells.length,
  }
  const results = buildResults(identity, cells)
  return {
    results,
    details: detailsOf(cells),
    verdict: {
      schema: 'prune-bench/verdict@2',
      suite: identity.suite,
      profile: identity.profile,
      outcome: 'pass',
      cells: { judged: cells.length, planned: cells.length },
      counts: { pass: 0, fail: 0, unsure: 0, skipped: 0 },
      assertions: [],
      baseline: null,
    },
  }
}

function cellOf(
  criterion: string,
  sparsity: number,
  k: number,
  seed: number,
  { criteria, searches, sparsities }: SampleMatrix,
): CellRecord {
  const control = sparsity === 0
  const like = sampleResults(
    [{ criterion, sparsity, k, control, rewind: 10, trained: 70, seconds: 30 }],
    [seed],
  ).cells[0] as CellRecord
  const rank = criteria.indexOf(criterion) + 1
  const random = stream(seed, like.id)
  const kept = control ? TOTAL : Math.round(TOTAL * (1 - sparsity))
  const share = kept / TOTAL
  const lost = rank === 2 && sparsity === Math.max(...sparsities)
  const search = searches.includes(criterion)
  const count = (percent: number, total = 10_000) => ({ correct: Math.round((total * percent) / 100), total })
  const trained = 66 - 9 * sparsity ** 3 * (1 + rank / 4) + 0.4 * Math.log1p(k) + 0.4 * random.normal()
  const speed = 1 / share ** 1.4
  const macs = 42_421_952
  return {
    ...like,
    status: lost ? 'collapsed' : 'ok',
    sparsity: {
      requested: sparsity,
      achieved: control ? 0 : 1 - share,
      kept: control ? null : kept,
      total: control ? null : TOTAL,
    },
    layers: control ? null : layers.map((layer, i) => keptIn(layer, i, share, rank, lost)),
    emptyLayers: lost ? ['conv4'] : [],
    ties: null,
    accuracy: {
      search: search ? count(20 + 3 * k + random.normal(), 1024) : null,
      validation: search ? count(14 + 2 * k + random.normal(), 5000) : null,
      atK: count(14 + 2 * k + random.normal()),
      rewind: count(10 + random.normal()),
      last: lost ? null : { ...count(trained), epoch: EPOCHS },
      validationSelected: lost ? null : { ...count(trained - 0.1), epoch: EPOCHS },
      bestOnTest: lost ? null : { ...count(trained + 0.3), epoch: EPOCHS - 1 },
    },
    curve: lost
      ? []
      : Array.from({ length: EPOCHS }, (_, i) => ({
          epoch: i + 1,
          loss: 0.9 + 1.2 * Math.exp(-(i + 1) / (2 + rank / 3)),
          validation: count(trained - 30 * Math.exp(-(i + 1) / 2), 5000),
          test: null,
        })),
    orthogonality: null,
    effective: control ? null : { kept: Math.round(kept * 0.98), total: TOTAL },
    jacobian: null,
    cost: {
      parameters: { kept: Math.round(1_600_000 * share), total: 1_600_000 },
      stored: { kept: Math.round(1_602_000 * share), total: 1_602_000 },
      macs: { kept: Math.round(macs / speed), total: macs },
      operations: { kept: Math.round((1.01 * macs) / speed), total: Math.round(1.01 * macs) },
      compressionRatio: 1 / share,
      theoreticalSpeedup: speed,
    },
    latency: control
      ? null
      : {
          batch: 1,
          full: latency(4.1),
          masked: pruned(1),
          deleted: pruned(speed ** 0.7),
        },
    evaluatedMasks: search ? 3000 : 0,
    seconds: (search ? 95 : 30) + 3 * k + random.uniform(),
  }
}

function pruned(speed: number) {
  return { ...latency(4.1 / speed), speedup: { median: speed, low: 0.98 * speed, high: 1.02 * speed } }
}

function latency(ms: number) {
  return { medianMs: ms, p25Ms: 0.97 * ms, p75Ms: 1.03 * ms, samples: 200 }
}

function keptIn(
  { name, total }: (typeof layers)[number],
  i: number,
  share: number,
  rank: number,
  lost: boolean,
) {
  const tilt = 1 + (1.5 - i) * 0.12 * ((rank % 3) - 1)
  return { name, total, kept: lost && i === 3 ? 0 : Math.min(total, Math.round(total * share * tilt)) }
}

function detailsOf(cells: readonly CellRecord[]): RunDetails {
  return {
    traces: new Map(
      cells.filter(({ evaluatedMasks }) => evaluatedMasks > 0).map((cell) => [cell.id, traceOf(cell)]),
    ),
    losses: new Map(cells.filter(({ status }) => status === 'ok').map((cell) => [cell.id, lossesOf(cell)])),
    similarity: similarityOf(cells.filter(({ point }) => !point.control)),
  }
}

function traceOf({ id, point }: CellRecord): SearchTrace {
  const random = stream(point.seed, `${id} trace`)
  const rows = Array.from({ length: 150 }, (_, i) => i)
  return {
    evaluated: rows.map((i) => 20 * (i + 1)),
    averageAccuracy: rows.map((i) => 12 + (8 + point.k) * (1 - Math.exp(-i / 40)) + random.normal()),
    hammingDistance: rows.map((i) => Math.max(2, Math.round(400 * 0.98 ** (i % 60)))),
    temperature: rows.map((i) => 0.005 * 0.98 ** i),
    downShare: rows.map(() => 0.2),
    upShare: rows.map(() => 0.1),
    noShare: rows.map(() => 0.7),
    upAcceptance: rows.map((i) => 0.4 * Math.exp(-i / 50)),
    best: rows.map((i) => 13 + (8 + point.k) * (1 - Math.exp(-i / 40))),
  }
}

function lossesOf({ id, point }: CellRecord): LossCurve {
  const random = stream(point.seed, `${id} loss`)
  const iterations = Array.from({ length: 500 }, (_, i) => i + 1)
  return { iterations, loss: iterations.map((i) => 2.3 * Math.exp(-i / 300) + 0.12 * random.uniform()) }
}

function similarityOf(cells: readonly CellRecord[]): SimilarityReport {
  return {
    sparsities: [...grouped(cells, ({ point }) => point.sparsity)].map(([sparsity, own]) => {
      const groups = [
        ...grouped(own, ({ point: { criterion, k } }) => JSON.stringify([criterion, k])).values(),
      ].map((alike) => ({
        criterion: alike[0]?.point.criterion ?? '',
        k: alike[0]?.point.k ?? 0,
        cells: alike.length,
      }))
      const density = 1 - sparsity
      return {
        sparsity,
        groups,
        chance: { cosine: density, jaccard: density / (2 - density), hamming: 2 * density * sparsity },
        pairs: groups.flatMap((_, a) =>
          groups.slice(a).map((__, i) => {
            const cosine = density + (1 - density) * Math.exp(-1 - i) - 0.02
            const of = (mean: number) => ({ n: 3, mean, sd: 0.01, ci95: null })
            return {
              a,
              b: a + i,
              n: 3,
              cosine: of(cosine),
              jaccard: of(cosine / (2 - cosine)),
              hamming: of(2 * density * (1 - cosine)),
              layers: [],
            }
          }),
        ),
        incomparable: [],
      }
    }),
  }
}
