import { expect, test } from 'vitest'
import { defineModel, dense, flatten, relu, sequential } from '../plugin/index.ts'
import { createEagerRuntime, createOnnxRuntime } from '../runtime/index.ts'
import { float32, type NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { repairOrthogonality } from './repair.ts'

// One layer is wide, one tall: their smaller Gram matrices are of the outputs and of the inputs.
const model = defineModel({
  summary: 'Wide and tall.',
  input: [4, 2, 1],
  classes: 6,
  ...sequential(
    flatten(),
    dense('wide', 8, 3, { bias: false }),
    relu(),
    dense('tall', 3, 6, { bias: false }),
  ),
})
const shapes = { 'wide/weight': [3, 8], 'tall/weight': [6, 3] } as const

const random = stream(1, 'repair')
const drawn = (value: () => number): NamedTensors =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      float32(shape, Float32Array.from({ length: shape[0] * shape[1] }, value)),
    ]),
  )
const weights = drawn(() => 0.4 * random.normal())
const masks = drawn(() => (random.integer(3) === 0 ? 0 : 1))

/** The thesis' score of a layer by its definition: the mean of (WᵀW − I)² over its entries. */
function score([out, inputs]: readonly [number, number], w: ArrayLike<number>): number {
  let total = 0
  for (let a = 0; a < inputs; a++)
    for (let b = 0; b < inputs; b++) {
      let gram = a === b ? -1 : 0
      for (let o = 0; o < out; o++) gram += (w[o * inputs + a] as number) * (w[o * inputs + b] as number)
      total += gram ** 2
    }
  return total / inputs ** 2
}

/** Gradient descent by differences of the score, in doubles. */
function slowly(iterations: number, rate: number): Readonly<Record<string, number[]>> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const mask = masks[name]?.data as Float32Array
      let w = [...(weights[name]?.data ?? [])].map((value, i) => value * (mask[i] as number))
      for (let n = 0; n < iterations; n++) {
        const slopes = w.map((_, i) => {
          const moved = (by: number) =>
            score(
              shape,
              w.map((value, j) => (i === j ? value + by : value)),
            )
          return (moved(1e-5) - moved(-1e-5)) / 2e-5
        })
        w = w.map((value, i) => value - rate * (slopes[i] as number) * (mask[i] as number))
      }
      return [name, w]
    }),
  )
}

test('each step goes down the score as its definition says, on every engine; masked weights stay zero', async () => {
  const expected = slowly(150, 0.5)
  for (const runtime of [
    await createOnnxRuntime({ device: 'cpu', threads: 1 }),
    await createEagerRuntime('cpu'),
  ]) {
    const told: number[] = []
    const found = await repairOrthogonality(
      { runtime, model, weights, masks, iterations: 150, learningRate: 0.5 },
      (done) => told.push(done),
    )
    expect(told.at(-1)).toBe(150)
    expect([...told].sort((a, b) => a - b)).toEqual(told)
    for (const [name, shape] of Object.entries(shapes)) {
      const after = found[name]?.data as Float32Array
      after.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[name]?.[i] as number, 4)
        if (masks[name]?.data[i] === 0) expect(value).toBe(0)
      })
      const before = Float32Array.from(
        weights[name]?.data ?? [],
        (w, i) => w * (masks[name]?.data[i] as number),
      )
      expect(score(shape, after)).toBeLessThan(score(shape, before))
    }
    await runtime.dispose()
  }
})

test('a rate that is too high is an error that says so', async () => {
  const runtime = await createEagerRuntime('cpu')
  const task = { runtime, model, weights, masks, iterations: 60, learningRate: 1e6 }
  await expect(repairOrthogonality(task, () => undefined)).rejects.toThrow(
    new Problem('cell', 'the repair of wide/weight diverged', {
      hint: 'lower its learning rate (it is 1000000)',
    }),
  )
  await runtime.dispose()
})
