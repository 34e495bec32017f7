import type * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { defineModel, dense, flatten, logSoftmax, relu, sequential, type Model } from '../plugin/index.ts'
import { createEagerRuntime, createOnnxRuntime, type Runtime } from '../runtime/index.ts'
import type { Dataset } from '../values/dataset.ts'
import { float32, sizeOf, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { drawnDataset, smallCnn } from './cnn.fixture.ts'
import { jacobians } from './jacobian.ts'
import { networkOf, networkSpecs, type Network } from './network-tensors.ts'

const layers = [flatten(), dense('a', 72, 9), relu(), dense('b', 9, 4)] as const
const about = { input: [6, 6, 2], classes: 4 } as const
const mlp = defineModel({ summary: 'Says probabilities.', ...about, ...sequential(...layers, logSoftmax()) })
const logits = defineModel({ summary: 'Says logits.', ...about, ...sequential(...layers) })

/** Its weights, a third of them pruned. */
function network(model: Model): NamedTensors {
  const tensors = [...model.parameters, ...model.buffers].map(({ name, shape, init }) => {
    const values = init(shape, stream(1, name))
    const pruned = name.endsWith('weight')
    return [
      name,
      float32(
        shape,
        values.map((w, i) => (pruned && i % 3 === 1 ? 0 : w)),
      ),
    ] as const
  })
  return Object.fromEntries(tensors)
}

/** Outputs of `model` for images that are already normalised. */
async function outputsOf(
  runtime: Runtime,
  model: Model,
  tensors: NamedTensors,
  x: Float32Array,
): Promise<Float32Array> {
  const given = networkOf(model, tensors)
  const shape = [x.length / sizeOf(model.input), ...model.input]
  type Inputs = { network: Network<TensorSpec>; x: TensorSpec }
  const program = await runtime.compile<Inputs, { output: tf.Tensor }>(
    'outputs',
    { network: networkSpecs(given), x: { dtype: 'float32', shape } },
    ({ network: { params, buffers }, x: images }) => {
      const result = model.forward({ params, buffers, x: images as tf.Tensor4D, training: null })
      return { output: 'dataId' in result ? result : result.output }
    },
  )
  const { output } = await program.run({ network: given, x: float32(shape, x) })
  await program.dispose()
  return output.data as Float32Array
}

function normalised({ train, mean, std }: Dataset, image: number, pixels: number): Float32Array {
  const bytes = train.images.subarray(image * pixels, (image + 1) * pixels)
  return Float32Array.from(bytes, (byte, i) => {
    const channel = i % mean.length
    return (byte / 255 - (mean[channel] as number)) / (std[channel] as number)
  })
}

for (const [name, model, reference, tensors] of [
  ['a fully connected network, before its softmax', mlp, logits, network(mlp)],
  ['a convolutional network', smallCnn(0.3), smallCnn(0.3), network(smallCnn(0.3))],
] as const) {
  test(`the Jacobian of ${name} is what small changes of every pixel make`, async () => {
    const dataset = drawnDataset(70, 1)
    const pixels = sizeOf(model.input)
    const eager = await createEagerRuntime('cpu')
    const onnx = await createOnnxRuntime({ device: 'cpu', threads: 1 })
    // More than one program run holds.
    const found = await jacobians(onnx, model, dataset, tensors, dataset.train)
    expect(found).toHaveLength(70)
    const slow = await jacobians(eager, model, dataset, tensors, { ...dataset.train, count: 2 })
    for (const image of [0, 1, 69]) {
      const jacobian = found[image]
      expect(jacobian).toMatchObject({ rows: model.classes, columns: pixels })
      const x = normalised(dataset, image, pixels)
      const step = 1e-3
      const moved = new Float32Array(2 * pixels * pixels)
      for (let p = 0; p < pixels; p++)
        for (const [at, sign] of [
          [2 * p, 1],
          [2 * p + 1, -1],
        ] as const) {
          moved.set(x, at * pixels)
          moved[at * pixels + p] = (x[p] as number) + sign * step
        }
      const outputs = await outputsOf(eager, reference, tensors, moved)
      let [error, size] = [0, 0]
      for (let p = 0; p < pixels; p++)
        for (let c = 0; c < model.classes; c++) {
          const [up, down] = [2 * p, 2 * p + 1].map((at) => outputs[at * model.classes + c] as number)
          const slope = ((up as number) - (down as number)) / (2 * step)
          error += (slope - (jacobian?.values[c * pixels + p] as number)) ** 2
          size += slope ** 2
        }
      expect(size).toBeGreaterThan(0.01)
      // Both networks are linear between kinks; a step across one makes an error.
      expect(Math.sqrt(error / size)).toBeLessThan(0.02)
      slow[image]?.values.forEach((value, i) => {
        expect(jacobian?.values[i]).toBeCloseTo(value, 5)
      })
    }
    await eager.dispose()
    await onnx.dispose()
  })
}

test('logits are those of the model’s own forward: one that was given another is taken at its word', async () => {
  const dataset = drawnDataset(3, 1)
  const runtime = await createEagerRuntime('cpu')
  const other: Model = { ...mlp, forward: (inputs) => mlp.forward(inputs) }
  const [inner] = await jacobians(runtime, mlp, dataset, network(mlp), dataset.train)
  const [outer] = await jacobians(runtime, other, dataset, network(mlp), dataset.train)
  // Log-probabilities are logits less one number for all classes, so that differences of classes are the same.
  expect(outer?.values).not.toEqual(inner?.values)
  const difference = (from: number) =>
    Array.from(
      { length: 72 },
      (_, p) => (inner?.values[p] as number) - (inner?.values[from * 72 + p] as number),
    )
  difference(2).forEach((value, p) => {
    expect((outer?.values[p] as number) - (outer?.values[2 * 72 + p] as number)).toBeCloseTo(value, 5)
  })
  await runtime.dispose()
})
