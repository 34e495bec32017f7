import { expect, test } from 'vitest'
import { parallelStackEvaluation, sendable } from './parallel.ts'
import { stackEvaluation } from './evaluation.ts'
import { randomMask, randomStack } from './stack.fixture.ts'

test('any number of threads counts the same, masks in their order', async () => {
  const task = randomStack({ sizes: [60, 40, 20, 4], images: 150, bias: true })
  const masks = Array.from({ length: 11 }, (_, i) => randomMask(task, 0.3, `mask ${i}`))
  const one = stackEvaluation(task)
  const counts = masks.map((mask) => one.correct(mask, 0) as number)
  expect(new Set(counts).size).toBeGreaterThan(4)
  const middle = counts.toSorted((a, b) => a - b)[5] as number
  for (const threads of [1, 2, 4]) {
    const many = await parallelStackEvaluation(task, threads)
    try {
      expect(many.begin(masks, [])()).toEqual(counts)
      expect(
        many.begin(
          masks,
          masks.map(() => middle),
        )(),
      ).toEqual(counts.map((count) => (count >= middle ? count : undefined)))
      expect(many.begin([], [])()).toEqual([])
    } finally {
      await many.close()
    }
  }
})

test('a task that a thread cannot begin with is told, not waited for', async () => {
  const task = randomStack({ sizes: [60, 4], images: 5 })
  // This thread sees the channels' means, those it starts do not: what is inherited is not sent.
  const { mean, ...own } = task.images
  const broken = { ...task, images: Object.assign(Object.create({ mean }) as { mean: number[] }, own) }
  expect(stackEvaluation(broken).correct(randomMask(task, 1, 'all'), 0)).toBeDefined()
  await expect(parallelStackEvaluation(broken, 3)).rejects.toThrow()
})

test('a thread is sent the images of its task, not all that these are a part of', () => {
  const task = randomStack({ sizes: [60, 4], images: 5, bias: true })
  const pixels = new Uint8Array(10_000)
  pixels.set(task.images.pixels, 100)
  const part = pixels.subarray(100, 100 + task.images.pixels.length)
  const sent = sendable({ ...task, images: { ...task.images, pixels: part } })
  expect(sent.images.pixels).toEqual(task.images.pixels)
  expect(sent.images.pixels.buffer.byteLength).toBe(300)
  expect(sent.layers).toEqual(task.layers)
})
