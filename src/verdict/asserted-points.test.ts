import { expect, test } from 'vitest'
import { cells } from '../plugin/index.ts'
import { assertedPoints } from './asserted-points.ts'
import type { Coordinates } from './select-cells.ts'

const points: Coordinates[] = [
  ...[1, 2].map((seed) => ({ criterion: 'unpruned', sparsity: 0, k: 0, seed, control: true })),
  ...['snip', 'random', 'sa'].flatMap((criterion) =>
    [0.5, 0.9].flatMap((sparsity) =>
      [0, 100].flatMap((k) => [1, 2].map((seed) => ({ criterion, sparsity, k, seed, control: false }))),
    ),
  ),
]

const named = (assertion: Parameters<typeof assertedPoints>[0]) =>
  new Set(assertedPoints(assertion, points).map((p) => `${p.criterion} ${p.sparsity} ${p.k}`))

test('an assertion about a number is about its own cells', () => {
  expect(named(cells({ criterion: 'snip', sparsity: 0.9, k: 0 }).reach(97))).toEqual(new Set(['snip 0.9 0']))
})

test('one that holds cells against others is about both, at every k that these may have', () => {
  const assertion = cells({ criterion: 'snip', sparsity: 0.9, k: 0 }).exceed({ criterion: 'random' })
  expect(named(assertion)).toEqual(new Set(['snip 0.9 0', 'random 0.9 0', 'random 0.9 100']))
  const other = cells({ criterion: 'snip', sparsity: 0.9 }).exceed({ criterion: 'sa', k: 100 })
  expect(named(other)).toEqual(new Set(['snip 0.9 0', 'snip 0.9 100', 'sa 0.9 100']))
})

test('cells held against themselves at another k are not held against the unpruned network', () => {
  const assertion = cells({ criterion: 'snip', sparsity: 0.9, k: 100 }).exceed({ k: 0 })
  expect(named(assertion)).toEqual(new Set(['snip 0.9 0', 'snip 0.9 100']))
})

test('the unpruned network has no sparsity of its own', () => {
  const assertion = cells({ criterion: 'sa', sparsity: 0.5, k: 0 }).reach({ control: true }, { within: 1 })
  expect(named(assertion)).toEqual(new Set(['sa 0.5 0', 'unpruned 0 0']))
})

test('the unpruned network held against another of its own figures is about itself alone', () => {
  const assertion = cells({ control: true }).exceed({ metric: 'rewind' })
  expect(named(assertion)).toEqual(new Set(['unpruned 0 0']))
})

test('the unpruned network held against a criterion is about that one at every sparsity and k', () => {
  const assertion = cells({ control: true }).exceed({ criterion: 'snip', sparsity: 0.9 })
  expect(named(assertion)).toEqual(new Set(['unpruned 0 0', 'snip 0.9 0', 'snip 0.9 100']))
})

test('a trend and what every mask must be are about the chosen cells', () => {
  for (const assertion of [
    cells({ criterion: 'snip', sparsity: 0.9 }).grow({ along: 'k', metric: 'last' }),
    cells({ criterion: 'snip', sparsity: 0.9 }).notCollapse(),
  ])
    expect(named(assertion)).toEqual(new Set(['snip 0.9 0', 'snip 0.9 100']))
})
