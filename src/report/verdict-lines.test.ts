import { expect, test } from 'vitest'
import { cells } from '../plugin/index.ts'
import type { CellRecord } from '../results/index.ts'
import { accept, compareWithBaseline, verdictOn, type Verdict } from '../verdict/index.ts'
import { paint } from './paint.ts'
import { sampleResults, thesisRows } from './sample-results.ts'
import { textWidth } from './text-width.ts'
import { verdictLines } from './verdict-lines.ts'

const machine = 'a machine'
const accepted = sampleResults()
const planned = accepted.cells.map(({ id }) => id)
const [baseline = expect.fail()] = accept(null, accepted, { machine, planned }).records

/** Snip got worse at 90 % and a little at 80 %, random collapses at 90 % under one seed, mag-sign got better. */
function changed(cell: CellRecord): CellRecord {
  const { criterion, sparsity, seed } = cell.point
  if (criterion === 'random' && sparsity === 0.9 && seed === 2)
    return { ...cell, status: 'collapsed', emptyLayers: ['fc3/weight'] }
  const changes: Readonly<Record<string, number>> = { 'snip 0.9': -80, 'snip 0.8': -15, 'mag-sign 0.9': 40 }
  const change = changes[`${criterion} ${sparsity}`] ?? 0
  const last = cell.accuracy.last && { ...cell.accuracy.last, correct: cell.accuracy.last.correct + change }
  return { ...cell, accuracy: { ...cell.accuracy, last } }
}

function show(verdict: Verdict, columns: number): string {
  const lines = verdictLines(verdict, { columns, paint: paint(false) })
  expect(lines.filter((line) => textWidth(line) > columns)).toEqual([])
  return lines.join('\n')
}

test('what does not hold and what got worse', async () => {
  const results = sampleResults(thesisRows, [1, 2, 3], changed)
  const assertions = [
    cells().achieveSparsity(),
    cells().notCollapse(),
    cells({ criterion: 'snip', sparsity: 0.9 }).exceed({ criterion: 'random' }, { by: 0.5 }),
    cells({ criterion: 'snip', sparsity: 0.8 }).exceed(
      { criterion: 'random' },
      { metric: 'rewind', confident: true },
    ),
    cells({ control: true }).reach(99, { when: { data: 'cifar10' } }),
  ].map((assertion, i) => ({ ...assertion, place: { file: 'suites/mlp.suite.ts', line: 30 + i } }))
  const comparison = compareWithBaseline(results, baseline, { machine, planned })
  const verdict = verdictOn(assertions, { results, similarityOf: () => null }, comparison)
  expect(verdict.outcome).toBe('fail')
  await expect(show(verdict, 80)).toMatchFileSnapshot('__snapshots__/verdict-80.txt')
  show(verdict, 60)
})

test('nothing accepted yet, and nothing changed', async () => {
  const evidence = { results: accepted, similarityOf: () => null }
  const first = verdictOn([cells().notCollapse()], evidence, null)
  const again = verdictOn([], evidence, compareWithBaseline(accepted, baseline, { machine, planned }))
  await expect(`${show(first, 80)}\n${show(again, 80)}`).toMatchFileSnapshot(
    '__snapshots__/verdict-good-80.txt',
  )
})
