import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { drawFlips, flipped, keptFirst } from './flips.ts'
import { comesTooNear, distancesAfter, remember } from './memory.ts'
import type { Memory } from './memory.ts'
import { countAt, hammingDistance, isNearer, packMask, withFlipped } from './packed-mask.ts'

const random = stream(1, 'memory')
const bits = (size: number) => Uint8Array.from({ length: size }, () => random.integer(2))
const bruteDistance = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, bit, i) => sum + (bit ^ (b[i] as number)), 0)

test('packed masks count and compare as masks of bytes do', () => {
  for (const size of [0, 1, 31, 32, 33, 64, 100, 1000]) {
    const [a, b] = [bits(size), bits(size)]
    const distance = bruteDistance(a, b)
    expect(hammingDistance(packMask(a), packMask(b))).toBe(distance)
    for (const least of [0, 1, distance - 1, distance, distance + 1, size + 1])
      expect(isNearer(packMask(a), packMask(b), least)).toBe(distance < least)
    const some = Int32Array.from({ length: size }, (_, i) => i).filter(() => random.integer(2) === 1)
    expect(countAt(packMask(a), some)).toBe(some.reduce((sum, i) => sum + (a[i] as number), 0))
    const turned = a.slice()
    for (const i of some) turned[i] = 1 - (turned[i] as number)
    expect(withFlipped(packMask(a), some)).toEqual(packMask(turned))
  }
  const full = new Uint8Array(64).fill(1)
  expect(hammingDistance(packMask(full), packMask(new Uint8Array(64)))).toBe(64)
})

test('distances after few flips and after many are the true ones', () => {
  const size = 640
  const current = bits(size)
  const kept = current.reduce((a, b) => a + b, 0)
  const remembered = Array.from({ length: 12 }, () => bits(size))
  const memory: Memory = remembered.map((mask) => ({
    packed: packMask(mask),
    distance: bruteDistance(mask, current),
  }))
  for (const count of [1, 5, 9, 10, 11, 50, Math.min(kept, size - kept)]) {
    const flips = drawFlips(keptFirst(current), kept, count, random)
    const next = flipped(current, flips)
    expect(distancesAfter(memory, flips, packMask(next))).toEqual(
      remembered.map((mask) => bruteDistance(mask, next)),
    )
  }
})

test('a step comes too near to a remembered mask where a distance says so, whatever the limit', () => {
  const [size, kept] = [320, 100]
  const current = new Uint8Array(size).fill(1, 0, kept)
  const order = keptFirst(current)
  const verdicts = { near: 0, far: 0 }
  // Up to 4 flips they are followed one by one, from 5 on words are compared.
  for (const count of [1, 2, 3, 4, 5, 11, 40, 100]) {
    for (let round = 0; round < 60; round++) {
      // Masks the current one was left for, and neighbours of neighbours.
      const remembered = Array.from({ length: 1 + random.integer(3) }, () => {
        const sibling = flipped(current, drawFlips(order, kept, count, random))
        return random.integer(2) === 0
          ? sibling
          : flipped(sibling, drawFlips(keptFirst(sibling), kept, 1 + random.integer(count), random))
      })
      const memory: Memory = remembered.map((mask) => ({
        packed: packMask(mask),
        distance: bruteDistance(mask, current),
      }))
      const flips = drawFlips(order, kept, count, random)
      const next = flipped(current, flips)
      const nearest = Math.min(...remembered.map((mask) => bruteDistance(mask, next)))
      for (const least of [0, 1, count, nearest - 1, nearest, nearest + 1, nearest + 2]) {
        const expected = nearest < least
        expect(comesTooNear(memory, flips, packMask(next), least)).toBe(expected)
        verdicts[expected ? 'near' : 'far']++
      }
    }
  }
  expect(Math.min(verdicts.near, verdicts.far)).toBeGreaterThan(500)
  expect(comesTooNear([], drawFlips(order, kept, 3, random), packMask(current), 1000)).toBe(false)
})

test('only the last masks are remembered, oldest first', () => {
  const mask = (distance: number) => ({ packed: new Uint32Array(), distance })
  let memory: Memory = []
  for (let i = 0; i < 5; i++) memory = remember(memory, mask(i), 3)
  expect(memory.map(({ distance }) => distance)).toEqual([2, 3, 4])
  expect(remember(memory, mask(9), 0)).toEqual([])
})
