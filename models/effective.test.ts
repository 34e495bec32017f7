import type { Model } from 'prune-bench'
import { tf } from 'prune-bench'
import { expect, test } from 'vitest'
import { createOnnxRuntime } from '../src/runtime/index.ts'
import { runUnit } from '../src/units/run-unit.fixture.ts'
import { float32, sizeOf, uint8, type NamedTensors, type TensorSpec } from '../src/values/host-tensor.ts'
import { stream } from '../src/values/random.ts'
import deconsNet from './decons-net.ts'
import resnet20 from './resnet-20.ts'
import testCnn from './test-cnn.ts'

const masked = (model: Model) => model.parameters.filter(({ maskable }) => maskable)

/** Few weights, so that many of them lead nowhere; one layer in five is left empty. */
function sparseMask(model: Model, density: number, seed: number): NamedTensors {
  const random = stream(seed, 'mask')
  return Object.fromEntries(
    masked(model).map(({ name, shape }) => {
      const here = model.buffers.length > 0 && random.integer(5) === 0 ? 0 : density
      const bits = Uint8Array.from({ length: sizeOf(shape) }, () => (random.uniform() < here ? 1 : 0))
      return [name, uint8(shape, bits)]
    }),
  )
}

/** Kept weights 1, shrunk so that sums stay small; biases and offsets 0, batch-norm the identity: a signal is a path. */
function pathNetwork(model: Model, mask: NamedTensors): NamedTensors {
  const value = ({ name, shape }: { name: string; shape: readonly number[] }) => {
    const bits = mask[name]?.data
    const of = /bias|offset|mean/.test(name) ? 0 : shape.length > 1 ? 0.1 : 1
    return [
      name,
      float32(
        shape,
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => of * (bits?.[i] ?? 1)),
      ),
    ]
  }
  const fixed = model.buffers.map(({ name, shape, init }) => [name, float32(shape, init(shape))] as const)
  return {
    ...(Object.fromEntries(model.parameters.map(value)) as NamedTensors),
    ...Object.fromEntries(fixed.map(([name, tensor]) => [name, tensor])),
  }
}

/** Weights with a derivative of the sum of logits for an image of ones: those that paths lead to and on from. */
async function weightsWithSignal(model: Model, mask: NamedTensors): Promise<number> {
  const network = pathNetwork(model, mask)
  const names = masked(model).map(({ name }) => name)
  const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
  const specs = Object.fromEntries(
    Object.entries(network).map(([name, { dtype, shape }]): [string, TensorSpec] => [name, { dtype, shape }]),
  )
  const program = await runtime.compile<{ network: Record<string, TensorSpec> }, Record<string, tf.Tensor>>(
    'signal',
    { network: specs },
    ({ network: tensors }) => {
      const logits = (...weights: tf.Tensor[]) => {
        const all = {
          ...tensors,
          ...Object.fromEntries(names.map((name, i) => [name, weights[i] as tf.Tensor])),
        }
        const x = tf.ones<tf.Rank.R4>([1, ...model.input])
        const forward = model.logits?.forward ?? model.forward
        const result = forward({ params: all, buffers: all, x, training: null })
        return tf.sum<tf.Scalar>('dataId' in result ? result : result.output)
      }
      const gradients = tf.grads(logits)(names.map((name) => tensors[name] as tf.Tensor))
      return Object.fromEntries(names.map((name, i) => [name, gradients[i] as tf.Tensor]))
    },
  )
  const slopes = (await program.run({ network })) as NamedTensors
  await runtime.dispose()
  return names.reduce((sum, name) => {
    const bits = mask[name]?.data as Uint8Array
    return sum + bits.filter((bit, i) => bit === 1 && slopes[name]?.data[i] !== 0).length
  }, 0)
}

async function effective(model: Model, mask: NamedTensors): Promise<{ kept: number; total: number }> {
  const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
  const initial = { facts: {}, tensors: pathNetwork(model, {}) }
  const inputs = { initial, mask: { facts: {}, tensors: mask } }
  const { facts } = await runUnit('analyse', {}, { runtime, model, inputs })
  await runtime.dispose()
  return facts.effective as unknown as { kept: number; total: number }
}

for (const [name, model, density] of [
  ['decons-net', deconsNet, 0.004],
  ['test-cnn', testCnn, 0.02],
  ['resnet-20', resnet20, 0.005],
] as const) {
  test(`weights of ${name} on a path are those through which a signal flows`, async () => {
    const total = masked(model).reduce((sum, { shape }) => sum + sizeOf(shape), 0)
    expect(await effective(model, sparseMask(model, 1.1, 7))).toMatchObject({ total })
    for (const seed of [1, 2, 3]) {
      const mask = sparseMask(model, density, seed)
      const kept = Object.values(mask).reduce(
        (sum, { data }) => sum + (data as Uint8Array).filter((bit) => bit === 1).length,
        0,
      )
      const found = await effective(model, mask)
      expect(found).toEqual({ kept: await weightsWithSignal(model, mask), total })
      expect(found.kept).toBeLessThan(kept)
    }
  })
}
