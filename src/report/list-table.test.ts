import { expect, test } from 'vitest'
import { listTable, type Listed } from './list-table.ts'
import { textWidth } from './text-width.ts'

const all: Listed[] = [
  {
    kind: 'criterion',
    name: 'magnitude',
    summary: 'Keep the weights with the largest magnitude (Han et al. 2015).',
    origin: 'built-in',
  },
  { kind: 'criterion', name: 'mine', summary: 'Keep what I like.', origin: 'criteria/mine.ts' },
  {
    kind: 'criterion',
    name: 'broken',
    summary: '',
    origin: 'criteria/broken.ts',
    problem: "the criterion's needs is missing: must be an array",
  },
  {
    kind: 'search',
    name: 'simulated-annealing',
    summary: 'Anneal a mask for accuracy on a small search set (Sanchez and Reyes 2020).',
    origin: 'built-in',
  },
  { kind: 'model', name: 'decons-net', summary: '784-300-100-10, no biases.', origin: 'built-in' },
  { kind: 'suite', name: 'suites/mlp.suite.ts', summary: 'Pruning an MLP on MNIST.', origin: 'built-in' },
  {
    kind: 'dataset',
    name: 'mnist',
    summary: 'Handwritten digits, 28×28.',
    origin: 'built-in',
    problem: 'not here: set PRUNE_BENCH_DATA or allow a download',
  },
  {
    kind: 'dataset',
    name: 'a-data-set-with-quite-a-long-name',
    summary: 'Long.',
    origin: 'datasets/long.ts',
  },
]

test.each([80, 140])('%i columns', async (columns) => {
  const text = listTable(all, { columns, colour: false })
  await expect(text).toMatchFileSnapshot(`__snapshots__/list-${columns}.txt`)
  for (const line of text.split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(columns)
  expect(text).not.toContain('\u001b')
})

test('in colour the words and their places are the same', () => {
  const coloured = listTable(all, { columns: 80, colour: true })
  expect(coloured).toContain('\u001b[1m')
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(listTable(all, { columns: 80, colour: false }))
})
