import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { describeMask } from './describe-mask.ts'
import { flattenMasks, unflattenMask } from './flat-mask.ts'
import { selectMask } from './select-mask.ts'

const values = (...numbers: number[]) => Float32Array.from(numbers)

test('global scope ranks over all layers, layer scope within each', () => {
  const scores = [
    { name: 'a', values: values(1, 2, 3, 4) },
    { name: 'b', values: values(5, 6, 7, 8) },
  ]
  const global = selectMask(scores, 0.5, 'global')
  expect(global.masks.map(({ mask }) => [...mask])).toEqual([
    [0, 0, 0, 0],
    [1, 1, 1, 1],
  ])
  expect(global).toMatchObject({
    requested: 0.5,
    kept: 4,
    total: 8,
    layers: [
      { name: 'a', kept: 0, total: 4 },
      { name: 'b', kept: 4, total: 4 },
    ],
    emptyLayers: ['a'],
  })

  const layer = selectMask(scores, 0.5, 'layer')
  expect(layer.masks.map(({ mask }) => [...mask])).toEqual([
    [0, 0, 1, 1],
    [0, 0, 1, 1],
  ])
  expect(layer.emptyLayers).toEqual([])
})

test('both scopes keep the same exact number, whatever the scores', () => {
  const random = stream(3, 'select')
  for (let round = 0; round < 100; round++) {
    const scores = Array.from({ length: 1 + random.integer(5) }, (_, l) => ({
      name: `layer ${l}`,
      values: Float32Array.from({ length: random.integer(100) }, () => random.integer(3)),
    }))
    const sparsity = random.integer(100) / 100
    const total = scores.reduce((sum, s) => sum + s.values.length, 0)
    const kept = total - Math.floor(total * sparsity + 1e-9)
    expect(selectMask(scores, sparsity, 'global').kept).toBe(kept)
    expect(selectMask(scores, sparsity, 'layer').kept).toBe(kept)
  }
})

test('flat masks and masks per layer are one another', () => {
  const masks = [
    { name: 'a', mask: Uint8Array.of(1, 0, 1) },
    { name: 'empty', mask: new Uint8Array() },
    { name: 'b', mask: Uint8Array.of(0, 1) },
  ]
  const flat = flattenMasks(masks)
  expect([...flat]).toEqual([1, 0, 1, 0, 1])
  const layers = masks.map(({ name, mask }) => ({ name, size: mask.length }))
  expect(unflattenMask(flat, layers)).toEqual(masks)
  expect(() => unflattenMask(flat, layers.slice(1))).toThrow(
    'a flat mask of 5 does not fit layers of 2 weights',
  )
})

test('a layer without weights has not collapsed', () => {
  const described = describeMask(
    [
      { name: 'empty', mask: new Uint8Array() },
      { name: 'gone', mask: new Uint8Array(2) },
    ],
    0.9,
  )
  expect(described.emptyLayers).toEqual(['gone'])
  expect(described).toMatchObject({ kept: 0, total: 2 })
})

test('ties at the cut are counted, layer by layer where layers are ranked on their own', () => {
  const scores = [
    { name: 'a', values: values(1, 1, 1, 1, 2) },
    { name: 'b', values: values(3, 3) },
    { name: 'c', values: values(4, 5, 6) },
  ]
  // Pruned of each: 3 of 5, 1 of 2 and 1 of 3; of equal scores the first are kept.
  const { masks, ties } = selectMask(scores, 0.5, 'layer')
  expect(masks.map(({ mask }) => mask.join(''))).toEqual(['10001', '10', '011'])
  expect(ties).toEqual({ kept: 2, pruned: 4 })
  // Pruned of all ten: the four ones and the two.
  expect(selectMask(scores, 0.5, 'global').ties).toEqual({ kept: 0, pruned: 0 })
  expect(selectMask(scores, 0.3, 'global').ties).toEqual({ kept: 1, pruned: 3 })
})
