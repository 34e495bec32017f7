import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { Problem } from './problem.ts'
import { dropThreshold, hashed, randomMask } from './random-mask.ts'

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const at = (values: ArrayLike<number>, i: number): number => values[i] as number

/** Entries of a mask as numbers of mean zero and variance one, if they are what they should be. */
function standardised(key: number, rows: number, channels: number, rate: number, salt = 0): Float64Array {
  const mask = randomMask(key, range(channels), { rows, salt, rate })
  const deviation = Math.sqrt(rate * (1 - rate))
  return Float64Array.from(mask, (m) => ((m === 0 ? 0 : 1) - (1 - rate)) / deviation)
}

/** Σ aᵢ·bᵢ in standard errors: normally distributed for what is independent. */
function correlation(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * at(b, i), 0) / Math.sqrt(a.length)
}

function strongest(series: readonly Float64Array[]): number {
  return Math.max(...series.flatMap((a, i) => series.slice(0, i).map((b) => Math.abs(correlation(a, b)))))
}

test('entries are zero at the rate asked for, and keep the mean', () => {
  for (const rate of [0, 0.1, 0.3, 0.5, 0.9])
    for (const key of [0, 1, 2, 3, -1, 20_000, 2 ** 31 - 1]) {
      const mask = randomMask(key, range(96), { rows: 2000, salt: 2, rate })
      const kept = mask.filter((m) => m !== 0)
      expect(new Set(kept)).toEqual(new Set([Math.fround(1 / (1 - rate))]))
      const error = Math.sqrt(mask.length * rate * (1 - rate))
      expect(Math.abs(kept.length - mask.length * (1 - rate))).toBeLessThanOrEqual(5 * error)
    }
})

test.each([0.3, 0.5])('at rate %d rows and columns are not correlated', (rate) => {
  const [rows, columns] = [4096, 64]
  const tall = standardised(11, rows, columns, rate)
  expect(strongest(range(columns).map((c) => tall.filter((_, i) => i % columns === c)))).toBeLessThan(5.5)
  const wide = standardised(12, 200, 2048, rate)
  expect(strongest(range(200).map((r) => wide.subarray(r * 2048, (r + 1) * 2048)))).toBeLessThan(5.5)
})

test('neighbouring keys and salts draw independently, whichever row is set against whichever', () => {
  const draw = (key: number, salt: number) => standardised(key, 1024, 64, 0.3, salt)
  const grid = range(6).flatMap((key) => range(6).map((salt) => draw(key, salt)))
  expect(strongest(grid)).toBeLessThan(5)
  const [a, b] = [draw(7, 1), draw(8, 1)]
  for (const shift of range(40))
    expect(Math.abs(correlation(a.subarray(shift * 64), b.subarray(0, b.length - shift * 64)))).toBeLessThan(
      5,
    )
})

test.each([0.3, 0.5])(
  'at rate %d patterns of an entry and its eight neighbours are as frequent as by chance',
  (rate) => {
    const [rows, columns] = [12_000, 96]
    const mask = randomMask(5, range(columns), { rows, salt: 1, rate })
    const counts = new Float64Array(512)
    for (let r = 0; r < rows; r += 3)
      for (let c = 0; c < columns; c += 3) {
        let pattern = 0
        for (let i = 0; i < 9; i++)
          pattern = 2 * pattern + (at(mask, (r + Math.floor(i / 3)) * columns + c + (i % 3)) === 0 ? 1 : 0)
        counts[pattern] = at(counts, pattern) + 1
      }
    const windows = (rows * columns) / 9
    // Patterns that are too rare for χ² are counted together.
    let [chi, bins, rareSeen, rareExpected] = [0, 0, 0, 0]
    for (const [pattern, seen] of counts.entries()) {
      const dropped = pattern.toString(2).replaceAll('0', '').length
      const expected = windows * rate ** dropped * (1 - rate) ** (9 - dropped)
      if (expected < 10) [rareSeen, rareExpected] = [rareSeen + seen, rareExpected + expected]
      else [chi, bins] = [chi + (seen - expected) ** 2 / expected, bins + 1]
    }
    if (rareExpected > 0) [chi, bins] = [chi + (rareSeen - rareExpected) ** 2 / rareExpected, bins + 1]
    expect(bins).toBeGreaterThan(400)
    expect(Math.abs(chi - (bins - 1)) / Math.sqrt(2 * (bins - 1))).toBeLessThan(5)
  },
)

test('the four corners of rectangles are independent, though products are made of two factors each', () => {
  const [rows, columns] = [4000, 128]
  const z = standardised(3, rows, columns, 0.3)
  let sum = 0
  for (let r = 0; r + 1 < rows; r += 2)
    for (let c = 0; c + 1 < columns; c += 2) {
      const i = r * columns + c
      sum += at(z, i) * at(z, i + 1) * at(z, i + columns) * at(z, i + columns + 1)
    }
  expect(Math.abs(sum) / Math.sqrt((rows * columns) / 4)).toBeLessThan(5)
})

test('a channel is told by its value: leaving channels out leaves the others as they were', () => {
  const attrs = { rows: 50, salt: 4, rate: 0.3 }
  const channels = range(40)
  const full = randomMask(9, channels, attrs)
  const left = channels.filter((c) => c % 3 !== 1)
  const sliced = full.filter((_, i) => (i % 40) % 3 !== 1)
  expect(randomMask(9, Float32Array.from(left), attrs)).toEqual(sliced)
  expect(randomMask(9, channels, { ...attrs, rows: 20 })).toEqual(full.subarray(0, 20 * 40))
})

test('the same arguments give the same mask for ever', () => {
  // Computed with Python's integers.
  expect([hashed(0, 0), hashed(1, 2), hashed(-1, -1)]).toEqual([1, 1729494075, 868978297])
  const mask = randomMask(123, [0, 1, 5, 900], { rows: 1000, salt: 6, rate: 0.3 })
  expect(createHash('sha256').update(new Uint8Array(mask.buffer)).digest('hex').slice(0, 16)).toBe(
    '72ab2277342e4917',
  )
})

test('attributes out of their range are refused', () => {
  const fine = { rows: 2, salt: 1, rate: 0.5 }
  for (const wrong of [
    { rate: 1 },
    { rate: -0.1 },
    { rate: Number.NaN },
    { rows: 1.5 },
    { rows: -1 },
    { salt: 0.5 },
    { salt: 2 ** 31 },
  ])
    expect(() => randomMask(1, [0], { ...fine, ...wrong })).toThrow(Problem)
})

test('no rows make an empty mask, and a rate of nearly one drops all', () => {
  expect(randomMask(1, [0], { rows: 0, salt: 1, rate: 0.5 })).toHaveLength(0)
  expect(dropThreshold(1 - 2 ** -40)).toBe(2 ** 31 - 1)
  expect(dropThreshold(0.5)).toBe(0)
  expect(dropThreshold(0)).toBe(-(2 ** 31))
})
