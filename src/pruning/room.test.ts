import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { basicCnn } from './basic-cnn.fixture.ts'
import { paddedMask } from './padded-mask.ts'
import { aroundShare } from './room.ts'

const group = (size: number) => ({ name: 'conv', size, producers: [] })

test('there is room for what is needed, in steps of half as much again', () => {
  // 80 % of 512 are pruned: 102.4 are kept, give or take 9.05.
  const room = aroundShare(0.2)
  const steps = new Set(Array.from({ length: 512 }, (_, i) => room(group(512), i + 1)))
  expect([...steps]).toEqual([4, 8, 12, 20, 28, 40, 56, 84, 124, 184, 272, 408, 612])
  for (let live = 0; live <= 512; live++) {
    const given = room(group(512), live)
    expect(given).toBeGreaterThanOrEqual(Math.max(1, live))
    expect(Math.max(...[...steps].filter((step) => step < given), 0)).toBeLessThan(Math.max(1, live))
  }
})

test('random masks of a share mostly need the same room', () => {
  const random = stream(1, 'room')
  const kept = 192
  const shapes = Array.from({ length: 300 }, () => {
    const mask = new Uint8Array(basicCnn.filters)
    for (const i of random.permutation(basicCnn.filters).subarray(0, kept)) mask[i] = 1
    const padded = paddedMask(basicCnn, mask, aroundShare(kept / basicCnn.filters))
    let start = 0
    return basicCnn.groups
      .map(({ size }) => padded.subarray(start, (start += size)).reduce((sum, bit) => sum + bit, 0))
      .join()
  })
  const usual = shapes.filter((shape) => shape === '20,36,64,124').length
  expect(usual).toBeGreaterThan(250)
  expect(new Set(shapes).size).toBeLessThan(12)
})
