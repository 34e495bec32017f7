import { expect, test } from 'vitest'
import { compareResults, type CellRecord, type Results } from '../results/index.ts'
import { compareTable } from './compare-table.ts'
import { sampleResults, thesisRows } from './sample-results.ts'
import { textWidth } from './text-width.ts'

/** What snip's accuracies change by at 90 %, in right answers of 10,000, seed by seed. */
const CHANGES = [-40, -50, -30]

function changed(cell: CellRecord): CellRecord {
  const { criterion, sparsity, seed } = cell.point
  const { validationSelected } = cell.accuracy
  if (criterion !== 'snip' || sparsity !== 0.9 || validationSelected === null) return cell
  const correct = validationSelected.correct + (CHANGES[seed - 1] ?? 0)
  return { ...cell, accuracy: { ...cell.accuracy, validationSelected: { ...validationSelected, correct } } }
}

/** Judged by what changed. */
function judged(results: Results): Results {
  return { ...results, identity: { ...results.identity, merit: 'validationSelected' } }
}

const before = judged(sampleResults())
const after = ((): Results => {
  const rows = [
    ...thesisRows.filter(({ criterion, sparsity }) => criterion !== 'random' || sparsity !== 0.9),
    { criterion: 'l1', sparsity: 0.9, rewind: 11, trained: 98, seconds: 31 },
  ]
  const { identity, ...rest } = sampleResults(rows, [1, 2, 3], changed)
  const engine = { ...identity.engine, version: '1.31.0' }
  const training = { ...identity.training, epochs: 6 }
  return judged({ ...rest, identity: { ...identity, profile: 'full', engine, training } })
})()
const comparison = compareResults(before, after)

function show(columns: number, colour = false): string {
  const [a, b] = [
    { name: 'earlier/results.json (mlp, profile quick)', results: before },
    { name: 'mlp, profile full, from the store', results: after },
  ]
  return compareTable(a, b, comparison, { columns, colour })
}

test('differences are those of seeds, with the interval of a t distribution', () => {
  const snip = comparison.groups.find(({ criterion, sparsity }) => criterion === 'snip' && sparsity === 0.9)
  const difference = snip?.accuracies.validationSelected?.difference
  // −0.4, −0.5 and −0.3: mean −0.4, standard deviation 0.1, and 4.302653 is the quantile of two degrees of freedom.
  expect(difference?.n).toBe(3)
  expect(difference?.mean).toBeCloseTo(-0.4, 10)
  expect(difference?.sd).toBeCloseTo(0.1, 10)
  const half = (4.302653 * 0.1) / Math.sqrt(3)
  expect(difference?.ci95?.[0]).toBeCloseTo(-0.4 - half, 6)
  expect(difference?.ci95?.[1]).toBeCloseTo(-0.4 + half, 6)
  expect(snip?.accuracies.last?.difference?.mean).toBe(0)
})

test('what one has alone, and what both were made with, is told', () => {
  const { onlyA, onlyB, shared, same, identity } = comparison
  expect(onlyA.map((id) => id.split(' ')[0])).toEqual(['random', 'random', 'random'])
  expect(onlyB.map((id) => id.split(' ')[0])).toEqual(['l1', 'l1', 'l1'])
  expect([shared, same]).toEqual([before.cells.length - 3, before.cells.length - 6])
  expect(identity).toEqual([
    { path: 'engine.version', before: '1.30.0', after: '1.31.0' },
    { path: 'profile', before: 'quick', after: 'full' },
    { path: 'training.epochs', before: 5, after: 6 },
  ])
})

test('results are the same as themselves', () => {
  const { onlyA, onlyB, shared, same, identity, groups } = compareResults(before, before)
  expect([onlyA, onlyB, identity, shared, same]).toEqual([
    [],
    [],
    [],
    before.cells.length,
    before.cells.length,
  ])
  for (const { accuracies } of groups)
    for (const compared of Object.values(accuracies)) expect(compared.difference?.mean).toBe(0)
})

test('80 columns', async () => {
  await expect(show(80)).toMatchFileSnapshot('__snapshots__/compare-80.txt')
})

test('no line is wider than the terminal, and colours change no width', () => {
  for (const columns of [60, 80, 120]) {
    const plain = show(columns)
    for (const line of plain.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(columns)
    expect(show(columns, true).split('\n').map(textWidth)).toEqual(plain.split('\n').map(textWidth))
  }
})
