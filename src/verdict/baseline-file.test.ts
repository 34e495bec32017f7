import { expect, test } from 'vitest'
import { sampleResults, thesisRows } from '../report/sample-results.ts'
import type { CellRecord } from '../results/index.ts'
import { digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { acceptedDifference } from './accepted-difference.ts'
import { accept, baselineCell, baselineRecord, recordFor } from './baseline.ts'
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

test('lists without items are written on one line', () => {
  const records = baseline.records.map((record) => ({ ...record, groups: [], cells: [] }))
  const text = serializeBaseline({ ...baseline, records })
  expect(text).toContain('      "groups": [],\n      "cells": []\n')
  expect(parseBaseline(text, 'x')).toEqual({ ...baseline, records })
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

test('a figure that is no longer there, or was not there before, is no change of its mean', () => {
  const without = sampleResults(thesisRows, [1, 2, 3], (cell) => ({
    ...cell,
    accuracy: { ...cell.accuracy, rewind: null },
  }))
  const fewer = accept(null, without, context)
  expect(acceptedDifference(baseline, fewer, without).changes).toEqual([])
  expect(acceptedDifference(fewer, baseline, results).changes).toEqual([])
})

test('a cell is kept with its figures; the accuracy at k = 0, which is that of the initial weights, once', () => {
  const [cell] = results.cells.filter(({ point }) => point.criterion === 'snip') as [CellRecord]
  const at = (k: number) => baselineCell({ ...cell, point: { ...cell.point, k } }).figures
  expect(at(0)).not.toHaveProperty('atK')
  expect(at(3)).toHaveProperty('atK')
  expect(Object.keys(at(0))).toEqual(expect.arrayContaining(['last', 'rewind', 'orthogonality']))
  expect(at(0)).not.toHaveProperty('latencyFull')
  expect(baselineCell({ ...cell, status: 'failed' })).toMatchObject({ status: 'failed', figures: {} })
})

test('repeats of a search are told apart; other cells have no such coordinate', () => {
  const [cell] = results.cells as [CellRecord]
  expect(baselineCell(cell)).not.toHaveProperty('searchSeed')
  expect(baselineCell({ ...cell, point: { ...cell.point, searchSeed: 2 } })).toMatchObject({ searchSeed: 2 })
})

test('the same computations are the same work, whoever timed them', () => {
  const [cell] = results.cells as [CellRecord]
  const workOf = (units: object) => baselineCell({ ...cell, units: { ...cell.units, ...units } }).work
  expect(workOf({})).toMatch(/^[0-9a-f]{16}$/)
  expect(workOf({ benchmark: digest('there') })).toBe(workOf({}))
  expect(workOf({ train: digest('other') })).not.toBe(workOf({}))
})

test('cells that were not run are left out; a machine is named where something was timed', () => {
  const times = { medianMs: 1, p25Ms: 1, p75Ms: 1, samples: 9 }
  const latency = { full: times, masked: null, deleted: null } as unknown as CellRecord['latency']
  const later = sampleResults(thesisRows, [1, 2, 3], (cell) =>
    cell.point.seed === 3
      ? { ...cell, status: 'cancelled' }
      : { ...cell, latency: cell.point.seed === 2 ? latency : null },
  )
  const record = baselineRecord(later, 'a machine')
  expect(record.cells).toHaveLength(32)
  expect(record.machine).toBe('a machine')
  expect(baselineRecord(results, 'a machine').machine).toBeNull()
})

test('the spread of a group is that of its seeds, none where there is one', () => {
  const one = baselineRecord(sampleResults(thesisRows, [1]), 'a machine')
  expect(one.groups.every(({ figures }) => figures.last?.n === 1 && figures.last.sd === null)).toBe(true)
  expect(one.groups[0]?.figures).not.toHaveProperty('latencyFull')
})

test('how images were split is a part of what data they are', () => {
  const { identity } = results
  const split = {
    ...results,
    identity: { ...identity, data: { ...identity.data, split: 'stratified' as const } },
  }
  const record = baselineRecord(split, 'a machine')
  expect(record.data).toMatchObject({ name: 'mnist', split: 'stratified' })
  expect(baselineRecord(results, 'a machine').data).not.toHaveProperty('split')
  expect(recordFor(baseline, split)).toBeUndefined()
})

test('records of one profile on two data sets are two, in the order of their names', () => {
  const { identity } = results
  const named = (name: string) => ({
    ...results,
    identity: { ...identity, data: { ...identity.data, name } },
  })
  const all = ['svhn', 'cifar10', 'zalando'].reduce(
    (before, name) => accept(before, named(name), context),
    baseline,
  )
  expect(all.records.map(({ data }) => data.name)).toEqual(['cifar10', 'mnist', 'svhn', 'zalando'])
})

test('what accepting adds are the cells that were not there', () => {
  const part = { ...results, cells: results.cells.slice(0, 10) }
  const before = accept(null, part, context)
  const difference = acceptedDifference(before, accept(before, results, context), results)
  expect(difference.added).toEqual(results.cells.slice(10).map(({ id }) => id))
  expect(difference).toMatchObject({ removed: [], first: false, profile: 'quick', data: 'mnist' })
  // Groups of which only some cells were accepted have other means now; those that were not there have none to compare.
  expect(new Set(difference.changes.map(({ group }) => group.criterion))).toEqual(
    new Set(['simulated-annealing']),
  )
  const none = acceptedDifference(null, { ...baseline, records: [] }, results)
  expect(none).toMatchObject({ first: true, cells: 0, added: [], removed: [], changes: [] })
})
