import { expect, test } from 'vitest'
import { sizeOf } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { describeMask } from './describe-mask.ts'
import { groupMasks } from './filter-masks.ts'
import { filterScores } from './filter-scores.ts'
import type { ParameterScores } from './filter-scores.ts'
import { flattenMasks } from './flat-mask.ts'
import { chain, residual } from './small-networks.fixture.ts'

const scores = (shape: readonly number[], values: readonly number[]): ParameterScores => ({
  shape,
  values: Float32Array.from(values),
})

function random(shape: readonly number[], seed: number): ParameterScores {
  const numbers = stream(seed, 'scores')
  return scores(
    shape,
    Array.from({ length: sizeOf(shape) }, () => numbers.normal()),
  )
}

test('scores of filters pass through, those of weights are averaged over each filter', () => {
  const conv2 = random([2, 2, 3, 4], 1)
  const fc1 = random([5, 16], 2)
  const result = filterScores(
    chain.structure,
    new Map([
      ['conv1/weight', scores([3], [0.1, -Infinity, 3])],
      ['conv2/weight', conv2],
      ['fc1/weight', fc1],
    ]),
  )
  expect(result.map(({ name }) => name)).toEqual(['conv1', 'conv2', 'fc1'])
  expect(result[0]?.values).toEqual(Float32Array.of(0.1, -Infinity, 3))
  const mean = (values: Float32Array, of: (i: number) => boolean) => {
    const chosen = [...values].filter((_, i) => of(i))
    return Math.fround(chosen.reduce((sum, v) => sum + v, 0) / chosen.length)
  }
  expect([...(result[1]?.values ?? [])]).toEqual(
    [0, 1, 2, 3].map((o) => mean(conv2.values, (i) => i % 4 === o)),
  )
  expect([...(result[2]?.values ?? [])]).toEqual(
    [0, 1, 2, 3, 4].map((o) => mean(fc1.values, (i) => Math.floor(i / 16) === o)),
  )
})

test('filters that two parameters produce have the mean of both, whatever the shape of either', () => {
  const result = filterScores(
    residual.structure,
    new Map([
      ['stem/weight', scores([1, 1, 2, 3], [1, 2, 3, 3, 4, 5])],
      ['b/weight', scores([3], [10, 0, -4])],
      ['a/weight', scores([2], [1, 2])],
    ]),
  )
  expect(result).toEqual([
    { name: 'stem', values: Float32Array.of(6, 1.5, 0) },
    { name: 'a', values: Float32Array.of(1, 2) },
  ])
})

test('scores that are missing or of another shape are named', () => {
  const given = new Map([
    ['stem/weight', scores([3], [1, 2, 3])],
    ['b/weight', scores([3], [1, 2, 3])],
  ])
  const run = (a?: ParameterScores) => () =>
    filterScores(residual.structure, a === undefined ? given : new Map([...given, ['a/weight', a]]))
  expect(run()).toThrow(Problem)
  expect(run()).toThrow('a/weight has filters but no scores')
  expect(run(scores([], [1]))).toThrow(
    'the scores of a/weight, 1 of shape [], are not those of its 2 filters',
  )
  expect(run(scores([3], [1, 2, 3]))).toThrow('shape [3], are not those of its 2 filters')
  expect(run(scores([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]))).toThrow('shape [1, 1, 2, 3]')
  expect(run(scores([2, 3], [1, 2, 3, 4, 5, 6]))).toThrow(Problem)
  expect(run(scores([2], [1, 2, 3]))).toThrow('3 of shape [2]')
  expect(run(scores([2], [1, 2]))).not.toThrow()
})

test('masks of groups are the flat mask, counted group by group', () => {
  const mask = Uint8Array.of(1, 0, 1, 0, 0)
  const groups = groupMasks(residual.structure, mask)
  expect(groups).toEqual([
    { name: 'stem', mask: Uint8Array.of(1, 0, 1) },
    { name: 'a', mask: Uint8Array.of(0, 0) },
  ])
  expect(flattenMasks(groups)).toEqual(mask)
  expect(describeMask(groups, 0.5)).toEqual({
    requested: 0.5,
    kept: 2,
    total: 5,
    layers: [
      { name: 'stem', kept: 2, total: 3 },
      { name: 'a', kept: 0, total: 2 },
    ],
    emptyLayers: ['a'],
  })
})
