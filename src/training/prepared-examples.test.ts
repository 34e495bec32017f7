import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conv2d, defineModel, dense, flatten, relu, sequential } from '../plugin/index.ts'
import { initialised, run, trained, useReference } from '../plugin/network.fixture.ts'
import { createOnnxRuntime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import { float32 } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { countCorrect } from './evaluate.ts'
import { prepareExamples } from './prepared-examples.ts'

const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
beforeAll(useReference)
afterAll(() => runtime.dispose())

const input = [32, 32, 3] as const
const model = defineModel({
  summary: 'One convolution.',
  input,
  classes: 4,
  ...sequential(
    conv2d('conv', 3, 6, { kernel: 5, stride: 3, padding: 'same' }),
    relu(),
    flatten(),
    dense('dense', 11 * 11 * 6, 4, { maskable: false }),
  ),
})
const data: DatasetDescription = {
  name: 'noise',
  shape: input,
  classes: 4,
  mean: [0.4, 0.5, 0.6],
  std: [0.2, 0.3, 0.25],
  size: { train: 0, test: 0 },
}
// More than one batch, and a rest.
const count = 300
const examples: Examples = (() => {
  const random = stream(1, 'noise')
  const pixels = Uint8Array.from({ length: count * 3072 }, () => random.integer(256))
  const normal = Float32Array.from(
    pixels,
    (byte, i) => (byte / 255 - (data.mean[i % 3] ?? NaN)) / (data.std[i % 3] ?? NaN),
  )
  const { output } = run(model, trained(initialised(model, 1), 1), float32([count, ...input], normal))
  // What one network says, but for every fifth image.
  const labels = Uint8Array.from({ length: count }, (_, i) => {
    const row = [...output.data.slice(4 * i, 4 * i + 4)]
    return (row.indexOf(Math.max(...row)) + (i % 5 === 0 ? 1 : 0)) % 4
  })
  return { count, images: pixels, labels }
})()

test('prepared examples are counted as those that are not, network after network', async () => {
  const prepared = await prepareExamples(runtime, model, data, examples, Infinity)
  const first = await prepared?.correct(trained(initialised(model, 1), 1))
  expect(first).toEqual({ correct: 240, total: count })
  for (const seed of [2, 3]) {
    const other = trained(initialised(model, seed), seed)
    expect(await prepared?.correct(other)).toEqual(await countCorrect(runtime, model, data, other, examples))
  }
})

test('nothing is prepared that takes more than it may', async () => {
  // 11 × 11 places of 5 × 5 pixels.
  const bytes = count * 11 * 11 * 5 * 5 * 3 * 4
  expect(await prepareExamples(runtime, model, data, examples, bytes)).toBeDefined()
  expect(await prepareExamples(runtime, model, data, examples, bytes - 1)).toBeUndefined()
})

test('nor for a model that says nothing of its parts, or runs something else than them', async () => {
  const { split, ...silent } = model
  expect(split).toBeDefined()
  const other = { ...model, forward: (inputs: Parameters<typeof model.forward>[0]) => tf.neg(flatOf(inputs)) }
  for (const one of [silent, other])
    expect(await prepareExamples(runtime, one, data, examples, Infinity)).toBeUndefined()
})

test('what would take too much is seen on one image', async () => {
  const compiled: string[] = []
  const watched = Object.create(runtime, {
    compile: {
      value: (...[name, inputs, trace]: Parameters<typeof runtime.compile>) => {
        compiled.push(JSON.stringify(inputs))
        return runtime.compile(name, inputs, trace)
      },
    },
  }) as typeof runtime
  expect(await prepareExamples(watched, model, data, examples, 1000)).toBeUndefined()
  expect(compiled).toEqual([JSON.stringify({ images: { dtype: 'uint8', shape: [1, ...input] } })])
})

function flatOf(inputs: Parameters<typeof model.forward>[0]): tf.Tensor2D {
  const result = model.forward(inputs)
  return 'dataId' in result ? result : result.output
}
