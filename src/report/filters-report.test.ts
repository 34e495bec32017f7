import { expect, test } from 'vitest'
import { buildResults, type CellRecord, type Results, type RunSummary } from '../results/index.ts'
import { stream } from '../values/random.ts'
import { filtersTable } from './filters-table.ts'
import { paint } from './paint.ts'
import { runWarnings } from './run-facts.ts'
import { sampleResults, type SampleRow } from './sample-results.ts'
import { terminalTable } from './terminal-table.ts'

const summary: RunSummary = { computed: 60, cached: 0, failed: 0, blocked: 0, cancelled: 0, seconds: 500 }
const layers = { conv1: 64, conv2: 128, conv3: 256, conv4: 512 }

const rows: readonly SampleRow[] = [
  { criterion: 'unpruned', sparsity: 0, control: true, rewind: 10, trained: 79.65, seconds: 90 },
  ...[0.5, 0.8].flatMap((sparsity): SampleRow[] => [
    { criterion: 'simulated-annealing', sparsity, search: 14, rewind: 12, trained: 74, seconds: 60 },
    { criterion: 'simulated-annealing', sparsity, k: 1, search: 30, rewind: 12, trained: 75, seconds: 60 },
    { criterion: 'random', sparsity, rewind: 10, trained: 73, seconds: 40 },
    { criterion: 'magnitude-trained', sparsity, rewind: 10, trained: 76, seconds: 90 },
  ]),
]

/** Filters of the thesis' CNN, deleted and timed; at 80 % magnitude leaves the last layer without any. */
function ofFilters(cell: CellRecord): CellRecord {
  const { control, sparsity, criterion, seed } = cell.point
  const collapsed = criterion === 'magnitude-trained' && sparsity === 0.8
  const random = stream(seed, cell.id)
  const time = (medianMs: number) => ({ medianMs, p25Ms: medianMs, p75Ms: medianMs, samples: 100 })
  const pruned = (ms: number) => ({
    ...time(ms),
    speedup: { median: 1.3 / ms, low: 1.26 / ms, high: 1.34 / ms },
  })
  const share = (1 - sparsity) ** 2
  const cost = (total: number) => ({ kept: Math.round(total * share), total })
  return {
    ...cell,
    status: collapsed ? 'collapsed' : 'ok',
    emptyLayers: collapsed ? ['conv4'] : [],
    layers: control
      ? null
      : Object.entries(layers).map(([name, total]) => ({
          name,
          kept: collapsed && name === 'conv4' ? 0 : Math.round(total * (1 - sparsity)) + random.integer(4),
          total,
        })),
    cost: {
      parameters: cost(1_634_826),
      stored: cost(1_636_746),
      macs: cost(42_421_952),
      operations: cost(42_500_000),
      compressionRatio: 1 / share,
      theoreticalSpeedup: 1 / share,
    },
    latency: {
      batch: 1,
      full: time(1.3),
      masked: control || collapsed ? null : pruned(1.29),
      deleted: control || collapsed ? null : pruned(1.3 * share + 0.1),
    },
  }
}

function filterResults(): Results {
  const { identity, cells } = sampleResults(rows, [1, 2], ofFilters)
  return buildResults({ ...identity, suite: 'cnn', granularity: 'filter', kUnit: 'epochs' }, cells)
}

const show = (columns: number) =>
  terminalTable(filterResults(), summary, {
    columns,
    colour: false,
    resultsFile: 'reports/cnn/results.json',
    pageFile: 'reports/cnn/index.html',
  })

test('costs, times and filters at 80 columns', async () => {
  await expect(show(80)).toMatchFileSnapshot('__snapshots__/table-filters-80.txt')
})

test('times of a busy machine are told as uncertain', () => {
  expect(show(80)).not.toContain('uncertain')
  const { identity, cells } = filterResults()
  const busy = cells.map((cell) => {
    const { latency } = cell
    return latency === null
      ? cell
      : { ...cell, latency: { ...latency, full: { ...latency.full, p75Ms: 1.3 * latency.full.medianMs } } }
  })
  expect(runWarnings({ identity, cells: busy })).toContain(
    'Times of inference are uncertain: those of the full network have quartiles 30 % apart, so the machine was busy while they were taken.',
  )
})

test('layers that there is no room for are counted', () => {
  expect(show(45)).toMatch(/and 2 layers more, in the results file/)
  expect(show(80)).not.toMatch(/more, in the results file/)
})

test('k is said of criteria whose masks depend on it', () => {
  const text = show(80)
  expect(text).toContain('simulated-annealing k=0')
  expect(text).toContain('simulated-annealing k=1')
  expect(text).not.toContain('random k=')
  expect(text).toContain('collapsed: conv4 (2 of 2 seeds)')
})

test('repeats of a search on one seed keep a mean of filters, told to a tenth', () => {
  const { identity, cells } = filterResults()
  const repeated = cells
    .filter(({ point }) => point.seed === 1)
    .flatMap((cell) => {
      if (cell.point.criterion !== 'simulated-annealing') return [cell]
      const at = (searchSeed: number): CellRecord => ({
        ...cell,
        id: `${cell.id} search=${searchSeed}`,
        point: { ...cell.point, searchSeed },
        layers: (cell.layers ?? []).map((layer) => ({ ...layer, kept: searchSeed === 3 ? 32 : 31 })),
      })
      return [1, 2, 3].map(at)
    })
  const lines = filtersTable(buildResults(identity, repeated), { columns: 100, paint: paint(false) })
  expect(lines.filter((line) => line.includes('31.3'))).toHaveLength(4)
  expect(lines.join()).not.toContain('31.33')
})
