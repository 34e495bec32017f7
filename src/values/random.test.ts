import { expect, test } from 'vitest'
import { digest } from './digest.ts'
import { stream, threefry2x32 } from './random.ts'

function encrypt(key: [number, number], counter: [number, number]): string[] {
  const out = new Uint32Array(2)
  threefry2x32(key[0], key[1], counter[0], counter[1], out)
  return [...out].map((word) => word.toString(16).padStart(8, '0'))
}

test('Threefry-2x32-20 gives the published known answers of Random123', () => {
  expect(encrypt([0, 0], [0, 0])).toEqual(['6b200159', '99ba4efe'])
  expect(encrypt([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])).toEqual(['1cb996fc', 'bb002be7'])
  expect(encrypt([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toEqual(['c4923a9c', '483df7a0'])
})

test('a stream depends on seed and name alone', () => {
  const a = stream(1, 'init/fc1')
  const words = [a.uint32(), a.uint32(), a.uint32()]
  stream(1, 'something else').uint32()
  const again = stream(1, 'init/fc1')
  expect([again.uint32(), again.uint32(), again.uint32()]).toEqual(words)
  expect(stream(2, 'init/fc1').uint32()).not.toBe(words[0])
  expect(stream(1, 'init/fc2').uint32()).not.toBe(words[0])
})

test('drawing from a child does not change its parent, nor the other way round', () => {
  const parent = stream(3, 'a')
  const expected = stream(3, 'a').uint32()
  const child = parent.child('b')
  const first = child.uint32()
  expect(parent.uint32()).toBe(expected)
  expect(stream(3, 'a/b').uint32()).toBe(first)
})

test('a stream goes on from any position, odd ones too', () => {
  const whole = stream(5, 'x')
  const words = Array.from({ length: 9 }, () => whole.uint32())
  for (const position of [0, 1, 4, 7]) {
    const later = stream(5, 'x').at(position)
    expect(later.position).toBe(position)
    expect([later.uint32(), later.uint32()]).toEqual(words.slice(position, position + 2))
  }
})

test('uniform numbers fill [0, 1) evenly', () => {
  const random = stream(1, 'uniform')
  const bins = new Array<number>(10).fill(0)
  const n = 20_000
  for (let i = 0; i < n; i++) {
    const u = random.uniform()
    expect(u >= 0 && u < 1 && Math.fround(u) === u).toBe(true)
    bins[Math.floor(u * 10)] = (bins[Math.floor(u * 10)] ?? 0) + 1
  }
  // χ² with 9 degrees of freedom: 27.9 is passed by chance once in a thousand seeds; the seed is fixed.
  const chiSquared = bins.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0)
  expect(chiSquared).toBeLessThan(27.9)
})

test('integers are unbiased for a range that does not divide 2³²', () => {
  const random = stream(1, 'integer')
  const counts = [0, 0, 0]
  for (let i = 0; i < 30_000; i++) {
    const at = random.integer(3)
    counts[at] = (counts[at] ?? 0) + 1
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(300)
  expect(random.integer(1)).toBe(0)
  expect(() => random.integer(0)).toThrow(RangeError)
})

test('integers are remainders of the words under the highest multiple of their range', () => {
  const [words, random] = [stream(2, 'words'), stream(2, 'words')]
  const ranges = [
    1,
    2,
    3,
    10,
    53_240,
    65_537,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 31 + 1,
    3 * 2 ** 30,
    2 ** 32 - 1,
    2 ** 32,
  ]
  let refused = 0
  for (let i = 0; i < 6000; i++) {
    const below = ranges[i % ranges.length] as number
    const highest = 2 ** 32 - (2 ** 32 % below)
    let word = words.uint32()
    for (; word >= highest; refused++) word = words.uint32()
    expect(random.integer(below)).toBe(word % below)
    expect(random.position).toBe(words.position)
  }
  expect(refused).toBeGreaterThan(300)
})

test('normal draws have mean 0 and variance 1', () => {
  const random = stream(1, 'normal')
  const draws = Array.from({ length: 20_000 }, () => random.normal())
  const mean = draws.reduce((a, b) => a + b, 0) / draws.length
  const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length
  expect(Math.abs(mean)).toBeLessThan(0.03)
  expect(Math.abs(variance - 1)).toBeLessThan(0.05)
})

test('a permutation holds every index once, and every place is reached', () => {
  expect([...stream(1, 'p').permutation(50)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 50 }, (_, i) => i),
  )
  const random = stream(1, 'places')
  const seen = new Set(Array.from({ length: 200 }, () => random.permutation(6)[0]))
  expect(seen.size).toBe(6)
  expect([...stream(1, 'p').permutation(0)]).toEqual([])
})

test('a word is one of two that Threefry makes of its place, in the key that digests seed and name', () => {
  const key = digest('5/x')
  const words = (counter: [number, number]) =>
    encrypt(
      [key.slice(0, 8), key.slice(8, 16)].map((half) => Number.parseInt(half, 16)) as [number, number],
      counter,
    )
  const drawn = (position: number) => {
    const random = stream(5, 'x').at(position)
    return [random.uint32(), random.uint32()].map((word) => word.toString(16).padStart(8, '0'))
  }
  expect(drawn(0)).toEqual(words([0, 0]))
  expect(drawn(6)).toEqual(words([3, 0]))
  expect(drawn(2 ** 33 + 2)).toEqual(words([1, 1]))
  expect(drawn(5 * 2 ** 33)).toEqual(words([0, 5]))
})

test('ranges that integers cannot have are refused', () => {
  const random = stream(1, 'integer')
  for (const below of [-1, 0, 1.5, Number.NaN, Infinity, 2 ** 32 + 1])
    expect(() => random.integer(below)).toThrow(`integer(${below}): below must be in 1 … 2³²`)
  expect(random.position).toBe(0)
})

test('a permutation of n draws n − 1 numbers', () => {
  const random = stream(1, 'p')
  random.permutation(50)
  expect(random.position).toBe(49)
})
