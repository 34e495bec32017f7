import { expect, test } from 'vitest'
import type { RunDetails } from '../results/index.ts'
import { paint } from './paint.ts'
import { sampleResults } from './sample-results.ts'
import { textWidth } from './text-width.ts'
import { traceCharts } from './trace-charts.ts'

const results = sampleResults()
const searches = results.cells.filter(({ point }) => point.criterion === 'simulated-annealing')

/** A search that climbs from 10 % to `to` in 150 steps. */
const climbing = (to: number) => ({
  evaluated: Array.from({ length: 150 }, (_, i) => 10 * (i + 1)),
  averageAccuracy: Array.from({ length: 150 }, (_, i) => 10 + ((to - 10) * i) / 149),
})
const traces: RunDetails['traces'] = new Map(
  searches.map(({ id, point }) => [id, climbing(70 - 20 * (point.sparsity - 0.7))]),
)
const show = (columns: number, colour = false) =>
  traceCharts(results, { traces }, { columns, paint: paint(colour) })

test('each search of the first seed has a line, all on one scale', async () => {
  await expect(`${show(80).join('\n')}\n`).toMatchFileSnapshot('__snapshots__/traces-80.txt')
})

test('lines fit the terminal whatever its colours; there are none where there is no room, and none without a search', () => {
  for (const columns of [50, 80, 140]) {
    for (const line of show(columns, true)) expect(textWidth(line)).toBeLessThanOrEqual(columns)
    expect(show(columns, true).map(textWidth)).toEqual(show(columns).map(textWidth))
  }
  expect(show(40)).toEqual([])
  expect(traceCharts(results, { traces: new Map() }, { columns: 80, paint: paint(false) })).toEqual([])
})

test('a search that logs no mean is drawn by the best mask so far', () => {
  const [cell] = searches
  const best = new Map([[cell?.id ?? '', { evaluated: [1, 2, 3], best: [10, 20, 30] }]])
  expect(traceCharts(results, { traces: best }, { columns: 80, paint: paint(false) }).at(-1)).toMatch(
    /▁▅█ +10\.0 → 30\.0$/,
  )
})
