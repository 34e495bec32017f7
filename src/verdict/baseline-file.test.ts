import { expect, test } from 'vitest'
import { sampleResults, thesisRows } from '../report/sample-results.ts'
import { Problem } from '../values/problem.ts'
import { acceptedDifference } from './accepted-difference.ts'
import { accept, recordFor } from './baseline.ts'
import { parseBaseline, serializeBaseline } from './baseline-file.ts'

const results = sampleResults()
const context = { machine: 'a machine', planned: results.cells.map(({ id }) => id) }
const baseline = accept(null, results, context)

function problemOf(work: () => unknown): Problem {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  return expect.fail('no problem')
}

test('what is written is what is read, one cell per line', () => {
  const text = serializeBaseline(baseline)
  expect(parseBaseline(text, 'x.baseline.json')).toEqual(baseline)
  expect(serializeBaseline(parseBaseline(text, 'x'))).toBe(text)
  expect(text.split('\n').filter((line) => line.includes('"id"'))).toHaveLength(48)
})

test('a group has the mean and spread of its cells', () => {
  const record = recordFor(baseline, results) ?? expect.fail()
  const group = record.groups.find(({ criterion, sparsity }) => criterion === 'snip' && sparsity === 0.9)
  const expected = results.groups.find(({ criterion, sparsity }) => criterion === 'snip' && sparsity === 0.9)
  expect(group?.figures.last?.n).toBe(3)
  expect(group?.figures.last?.mean).toBeCloseTo(expected?.last?.mean ?? 0, 3)
  expect(group?.figures.last?.sd).toBeCloseTo(expected?.last?.sd ?? 0, 5)
})

test('another version, damage and leftovers of a merge are told', () => {
  const text = serializeBaseline(baseline)
  const newer = problemOf(() => parseBaseline(text.replace('baseline@1', 'baseline@9'), 'a.baseline.json'))
  expect(newer.message).toBe(
    'a.baseline.json has the schema "prune-bench/baseline@9"; this version of prune-bench reads "prune-bench/baseline@1"',
  )
  expect(newer.hint).toContain('baseline accept')
  expect(problemOf(() => parseBaseline(text.replace('"seed":1', '"seed":-1'), 'a')).message).toMatch(
    /damaged.*seed/,
  )
  expect(problemOf(() => parseBaseline(`<<<<<<< ours\n${text}`, 'a')).message).toMatch(/is not JSON/)
  expect(problemOf(() => parseBaseline('{}', 'a')).message).toMatch(/names no schema/)
})

test('profiles and data sets have records of their own; other data of the same name is another', () => {
  const { identity } = results
  const full = { ...results, identity: { ...identity, profile: 'full' } }
  const both = accept(baseline, full, context)
  expect(both.records.map(({ profile }) => profile)).toEqual(['full', 'quick'])
  expect(recordFor(both, results)).toEqual(recordFor(baseline, results))
  const smaller = { ...results, identity: { ...identity, data: { ...identity.data, train: 100 } } }
  expect(recordFor(both, smaller)).toBeUndefined()
  expect(accept(both, smaller, context).records).toHaveLength(2)
})

test('accepting a part keeps the rest, but for cells the suite no longer has', () => {
  const part = { ...results, cells: results.cells.filter(({ point }) => point.criterion === 'snip') }
  const gone = results.cells[0]?.id ?? ''
  const planned = context.planned.filter((id) => id !== gone)
  const after = accept(baseline, part, { ...context, planned })
  expect(recordFor(after, results)?.cells.map(({ id }) => id)).toEqual(planned)
  expect(acceptedDifference(baseline, after, results)).toMatchObject({ removed: [gone], added: [] })
})

test('the difference that accepting makes names the means that changed', () => {
  expect(acceptedDifference(null, baseline, results)).toMatchObject({ first: true, cells: 48, changes: [] })
  const later = sampleResults(thesisRows, [1, 2, 3], (cell) =>
    cell.point.criterion === 'snip' && cell.point.sparsity === 0.9
      ? { ...cell, accuracy: { ...cell.accuracy, rewind: { correct: 5000, total: 10_000 } } }
      : cell,
  )
  const { changes, first } = acceptedDifference(baseline, accept(baseline, later, context), later)
  expect(first).toBe(false)
  expect(changes).toMatchObject([
    { group: { criterion: 'snip', sparsity: 0.9 }, metric: 'rewind', after: 50 },
  ])
})
