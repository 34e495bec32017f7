import { expect, test } from 'vitest'
import { stream } from '../../values/random.ts'
import { stackEvaluation } from './evaluation.ts'
import { bruteForce, randomMask, randomStack, type RandomStack } from './stack.fixture.ts'
import { maskSize, type StackTask } from './task.ts'

/** Right answers under one mask, counted on this thread after its ones, as searches do. */
async function counter(task: StackTask) {
  const evaluation = await stackEvaluation(task, 1)
  return (mask: Uint8Array, atLeast = 0) => {
    if (mask.length === maskSize(task)) expect(evaluation.ones(mask)).toBe(mask.reduce((a, b) => a + b, 0))
    return evaluation.begin([mask], [atLeast])()[0]
  }
}

/** The same by an evaluation that has seen no other mask. */
async function countAnew(task: StackTask, mask: Uint8Array) {
  return (await counter(task))(mask)
}

test.each<readonly [what: string, stack: RandomStack]>([
  ['three layers', { sizes: [64, 48, 32, 10], images: 256 }],
  ['sizes that fill no vector', { sizes: [37, 21, 13, 7], images: 83 }],
  ['one layer', { sizes: [50, 10], images: 100 }],
  ['biases', { sizes: [40, 20, 5], images: 70, bias: true }],
  ['a layer that is not masked', { sizes: [40, 20, 10, 5], images: 70, masked: [true, true, false] }],
  ['a first layer that is not masked', { sizes: [40, 20, 5], images: 70, masked: [false, true] }],
  ['three channels', { sizes: [48, 20, 5], images: 70, channels: 3 }],
  ['one image', { sizes: [40, 20, 5], images: 1 }],
  ['dark columns', { sizes: [40, 20, 5], images: 20, lit: 0.05 }],
])('counts as double precision does: %s', async (_, stack) => {
  const task = randomStack(stack)
  const count = await counter(task)
  for (const share of [0, 0.02, 0.2, 0.5, 0.9, 1]) {
    const mask = randomMask(task, share, `share ${share}`)
    const { right, close } = bruteForce(task, mask)
    const counted = count(mask)
    // Where nothing is kept all logits are equal, and exactly so here: class 0 wins.
    expect(Math.abs((counted ?? NaN) - right), `${share}`).toBeLessThanOrEqual(share === 0 ? 0 : close)
  }
})

test('an image whose logits are clearly apart is never counted otherwise', async () => {
  let close = 0
  for (let seed = 1; seed <= 20; seed++) {
    const task = randomStack({ sizes: [64, 40, 30, 10], images: 200, seed })
    const mask = randomMask(task, 0.2, `seed ${seed}`)
    const expected = bruteForce(task, mask, 3e-6)
    close += expected.close
    expect(Math.abs(((await countAnew(task, mask)) ?? NaN) - expected.right)).toBeLessThanOrEqual(
      expected.close,
    )
  }
  expect(close).toBeLessThan(6)
})

/** A walk as searches make: some masks near the last one, some near an earlier one, some far from all. */
function walk(size: number, length: number): Uint8Array[] {
  const random = stream(3, 'walk')
  const masks = [Uint8Array.from({ length: size }, () => random.integer(2))]
  while (masks.length < length) {
    const from = masks[Math.max(0, masks.length - 1 - random.integer(3))] as Uint8Array
    const next = from.slice()
    const flips = [1, 5, 50, size][random.integer(4)] as number
    for (let i = 0; i < flips; i++) {
      const at = random.integer(size)
      next[at] = 1 - (next[at] as number)
    }
    masks.push(next)
  }
  return masks
}

test('a count depends on the mask alone: not on masks before it, on what was decided early, or on the order of images', async () => {
  const task = randomStack({ sizes: [60, 40, 20, 4], images: 150, bias: true })
  const masks = walk(maskSize(task), 150)
  const counts = await Promise.all(masks.map((mask) => countAnew(task, mask)))
  expect(new Set(counts).size).toBeGreaterThan(10)
  const plain = await counter(task)
  expect(masks.map((mask) => plain(mask))).toEqual(counts)
  const early = await counter(task)
  const bound = (counts as number[]).toSorted((a, b) => a - b)[100] as number
  const decided = masks.map((mask, i) => early(mask, i % 3 === 0 ? 0 : bound))
  expect(decided).toEqual(
    counts.map((count, i) => (i % 3 === 0 || (count as number) >= bound ? count : undefined)),
  )
  expect(decided.filter((count) => count === undefined).length).toBeGreaterThan(30)
})

test('sums stay in range for the masks and images that make them largest', async () => {
  const base = randomStack({ sizes: [300, 3], images: 60 })
  // White images and dark ones; weights that are all positive or all negative: nothing cancels.
  const pixels = base.images.pixels.map((_, i) => (i < 300 * 30 ? 255 : 1))
  const images = { ...base.images, pixels, mean: [0], std: [1] }
  const [layer] = base.layers as [(typeof base.layers)[0]]
  for (const sign of [1, -1]) {
    const weights = layer.weights.map((w, i) => (i < 300 ? sign : -sign) * Math.abs(w))
    const task = { layers: [{ ...layer, weights }], images }
    const mask = new Uint8Array(maskSize(task)).fill(1)
    const { right, close } = bruteForce(task, mask)
    expect(close).toBe(0)
    expect(await countAnew(task, mask)).toBe(right)
  }
})

test('means of pixels are taken off as exactly as floats tell', async () => {
  const base = randomStack({ sizes: [400, 6], images: 40 })
  const [layer] = base.layers as [(typeof base.layers)[0]]
  // Every pixel is hardly below the mean: all logits are negative, highest where weights are smallest.
  const weights = layer.weights.map((_, i) => 0.6 - 0.1 * Math.floor(i / 400))
  const pixels = new Uint8Array(40 * 400).fill(33)
  const task = { layers: [{ ...layer, weights }], images: { ...base.images, pixels, mean: [33.0003 / 255] } }
  const mask = new Uint8Array(maskSize(task)).fill(1)
  const labelled = task.images.labels.filter((label) => label === 5).length
  expect(labelled).toBeGreaterThan(2)
  expect(bruteForce(task, mask).right).toBe(labelled)
  expect(await countAnew(task, mask)).toBe(labelled)
})

test('weights that are hardly more than nothing are counted in steps that floats have', async () => {
  const base = randomStack({ sizes: [30, 8, 3], images: 60 })
  const first = base.layers[0] as (typeof base.layers)[0]
  const layers = [{ ...first, weights: first.weights.map((w) => w * 1e-36) }, ...base.layers.slice(1)]
  const task = {
    ...base,
    layers: layers.map((one, l) => (l === 1 ? { ...one, weights: one.weights.map((w) => w * 1e36) } : one)),
  }
  const mask = randomMask(task, 0.5, 'small')
  const { right, close } = bruteForce(task, mask)
  expect(Math.abs(((await countAnew(task, mask)) ?? NaN) - right)).toBeLessThanOrEqual(close)
})

test('a unit whose weights are all zero, and images that are all dark, are counted', async () => {
  const base = randomStack({ sizes: [30, 8, 3], images: 40, bias: true })
  const first = base.layers[0] as (typeof base.layers)[0]
  const weights = first.weights.map((w, i) => (i < 60 ? 0 : w))
  const task = { ...base, layers: [{ ...first, weights }, ...base.layers.slice(1)] }
  const mask = randomMask(task, 0.5, 'zero')
  expect(await countAnew(task, mask)).toBe(bruteForce(task, mask).right)
  const dark = { ...task, images: { ...task.images, pixels: new Uint8Array(40 * 30) } }
  expect(await countAnew(dark, mask)).toBe(bruteForce(dark, mask).right)
})

test('a mask of another length is refused', async () => {
  const task = randomStack({ sizes: [37, 5], images: 4 })
  const count = await counter(task)
  expect(() => count(new Uint8Array(184))).toThrow('184 entries, not 185')
})

test.each([1, 15, 16, 17, 185, 4096])('ones of a mask of %i bytes are counted', async (size) => {
  const evaluation = await stackEvaluation(randomStack({ sizes: [size, 1], images: 2 }), 1)
  const random = stream(1, `ones ${size}`)
  for (const share of [0, 0.3, 1]) {
    const mask = Uint8Array.from({ length: size }, () => Number(random.uniform() < share))
    expect(evaluation.ones(mask)).toBe(mask.reduce((a, b) => a + b, 0))
  }
})

test('bytes that are neither 0 nor 1 are noticed wherever they are', async () => {
  const evaluation = await stackEvaluation(randomStack({ sizes: [37, 5], images: 2 }), 1)
  const mask = new Uint8Array(185).fill(1, 20, 90)
  for (const at of [0, 15, 16, 100, 184]) {
    const wrong = mask.slice()
    wrong[at] = 2
    expect(evaluation.ones(wrong)).toBe(-1)
  }
  expect(evaluation.ones(mask)).toBe(70)
})

test('any number of threads counts the same, masks in their order', async () => {
  const task = randomStack({ sizes: [60, 40, 20, 4], images: 150, bias: true })
  const masks = Array.from({ length: 11 }, (_, i) => randomMask(task, 0.3, `mask ${i}`))
  const counts = (await Promise.all(masks.map((mask) => countAnew(task, mask)))) as number[]
  expect(new Set(counts).size).toBeGreaterThan(4)
  const middle = counts.toSorted((a, b) => a - b)[5] as number
  const bounds = masks.map(() => middle)
  for (const threads of [1, 2, 4]) {
    const many = await stackEvaluation(task, threads)
    try {
      for (let round = 0; round < 8; round++) {
        expect(many.begin(masks, [])()).toEqual(counts)
        expect(many.begin(masks, bounds)()).toEqual(
          counts.map((count) => (count >= middle ? count : undefined)),
        )
      }
      expect(many.begin([], [])()).toEqual([])
    } finally {
      await many.close()
    }
  }
})

test('threads that walk from mask to mask count as one thread does anew', async () => {
  const task = randomStack({ sizes: [60, 40, 20, 4], images: 150, bias: true })
  const masks = walk(maskSize(task), 60)
  const counts = await Promise.all(masks.map((mask) => countAnew(task, mask)))
  const three = await stackEvaluation(task, 3)
  try {
    const found: (number | undefined)[] = []
    // Batches of one to five masks: sums move from base to base, on whichever thread has the tile.
    for (let from = 0, size = 1; from < masks.length; from += size, size = 1 + (size % 5))
      found.push(...three.begin(masks.slice(from, from + size), [])())
    expect(found).toEqual(counts)
  } finally {
    await three.close()
  }
})
