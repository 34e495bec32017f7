import { expect, test } from 'vitest'
import type { SimilarityReport } from '../results/index.ts'
import { resultsCsv } from './results-csv.ts'
import { sampleResults, thesisRows } from './sample-results.ts'
import { similarityCsv } from './similarity-csv.ts'

/** Rows as records; the samples have no field with a comma. */
function records(csv: string): Readonly<Record<string, string>>[] {
  const [head = '', ...lines] = csv.trimEnd().split('\n')
  const names = head.split(',')
  return lines.map((line) => {
    const fields = line.split(',')
    expect(fields.length).toBe(names.length)
    return Object.fromEntries(names.map((name, i) => [name, fields[i] ?? '']))
  })
}

test('results: a row for each cell, in the order of the results', () => {
  const results = sampleResults(thesisRows.slice(0, 3), [1, 2])
  const rows = records(resultsCsv(results))
  expect(rows.map(({ id }) => id)).toEqual(results.cells.map(({ id }) => id))
  const [cell, row] = [results.cells.at(-1), rows.at(-1)]
  expect(row).toMatchObject({ criterion: 'simulated-annealing', seed: '2', control: 'false', status: 'ok' })
  expect(Number(row?.['accuracy.last'])).toBeCloseTo((cell?.accuracy.last?.correct ?? NaN) / 100, 10)
  expect(row?.['cost.parameters.kept']).toBe(String(cell?.cost?.parameters.kept))
  expect([row?.['jacobian.mean'], row?.['latency.batch'], row?.['failure.message']]).toEqual(['', '', ''])
})

test('results: columns keep their places', async () => {
  await expect(resultsCsv({ cells: [] })).toMatchFileSnapshot('__snapshots__/results-columns.csv')
})

test('similarity: whole masks with chance beside them, then layers', () => {
  const statistic = (mean: number) => ({ n: 2, mean, sd: 0.01, ci95: [mean - 0.1, mean + 0.1] as const })
  const report: SimilarityReport = {
    sparsities: [
      {
        sparsity: 0.9,
        groups: [
          { criterion: 'sa', k: 0, cells: 2 },
          { criterion: 'snip', k: 6, cells: 2 },
          { criterion: 'random', k: 0, cells: 1 },
        ],
        chance: { cosine: 0.1, jaccard: 0.0526, hamming: 18 },
        pairs: [
          {
            a: 0,
            b: 1,
            n: 2,
            cosine: statistic(0.4),
            jaccard: statistic(0.25),
            hamming: statistic(12),
            layers: [{ name: 'fc1/weight', cosine: 0.5 }],
          },
        ],
        incomparable: [{ a: 0, b: 2, why: 'no seed in common' }],
      },
    ],
  }
  const [whole, layer, apart] = records(similarityCsv(report))
  expect(whole).toEqual({
    sparsity: '0.9',
    a: 'sa',
    'a.k': '0',
    b: 'snip',
    'b.k': '6',
    layer: '',
    pairs: '2',
    cosine: '0.4',
    'cosine.sd': '0.01',
    jaccard: '0.25',
    'jaccard.sd': '0.01',
    hamming: '12',
    'hamming.sd': '0.01',
    'chance.cosine': '0.1',
    'chance.jaccard': '0.0526',
    'chance.hamming': '18',
    why: '',
  })
  expect(layer).toMatchObject({ a: 'sa', b: 'snip', layer: 'fc1/weight', cosine: '0.5', jaccard: '' })
  expect(apart).toMatchObject({ a: 'sa', b: 'random', pairs: '0', cosine: '', why: 'no seed in common' })
})
