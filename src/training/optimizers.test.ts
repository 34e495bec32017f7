import type * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adadelta, adam, sgd } from '../plugin/index.ts'
import { createEagerRuntime } from '../runtime/index.ts'
import { float32, type TensorSpec } from '../values/host-tensor.ts'
import type { OptimizerSettings } from '../values/training-settings.ts'
import { optimizerOf } from './optimizers.ts'

const start = [0.5, -0.3, 0, 2]
const gradients = [
  [0.1, -0.2, 0, 1],
  [0.05, 0.3, 0, -2],
  [-0.4, 0.1, 0, 0.5],
]

/** The weights after three steps of PyTorch 1.13's optimizers on these gradients. */
const pytorch: readonly [string, OptimizerSettings, readonly number[]][] = [
  ['Adadelta', adadelta(), [0.49943683, -0.30225956, 0, 1.9995017]],
  [
    'Adadelta with weight decay',
    adadelta({ learningRate: 0.5, rho: 0.95, epsilon: 1e-5, weightDecay: 0.01 }),
    [0.49877697, -0.30471247, 0, 1.9987483],
  ],
  ['SGD', sgd({ learningRate: 0.1 }), [0.52500004, -0.31999999, 0, 2.05]],
  [
    'SGD with momentum and weight decay',
    sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 }),
    [0.50064039, -0.31116441, 0, 2.0479696],
  ],
  ['Adam', adam({ learningRate: 0.01 }), [0.48489282, -0.29603037, 0, 1.9950279]],
  [
    'Adam with weight decay',
    adam({ learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1 }),
    [0.48358166, -0.29467741, 0, 1.9929674],
  ],
]

test.each(pytorch)('%s takes the steps that PyTorch takes', async (_, settings, expected) => {
  const optimizer = optimizerOf(settings)
  const runtime = await createEagerRuntime('cpu')
  const spec: TensorSpec = { dtype: 'float32', shape: [4] }
  const slotSpecs = Object.fromEntries(optimizer.slots.map((slot) => [slot, spec]))
  const scalarSpecs = Object.fromEntries(
    optimizer.scalarNames.map((name) => [name, { dtype: 'float32', shape: [] } as const]),
  )
  const program = await runtime.compile<
    {
      weight: TensorSpec
      gradient: TensorSpec
      slots: Record<string, TensorSpec>
      scalars: Record<string, TensorSpec>
    },
    { weight: tf.Tensor; slots: Record<string, tf.Tensor> }
  >('update', { weight: spec, gradient: spec, slots: slotSpecs, scalars: scalarSpecs }, (inputs) => {
    const { weight, slots } = optimizer.update(inputs)
    return { weight, slots: { ...slots } }
  })
  let weight = float32([4], start)
  let slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, float32([4], [0, 0, 0, 0])]))
  for (const [step, gradient] of gradients.entries()) {
    const scalars = Object.fromEntries(
      Object.entries(optimizer.scalars(step, 1)).map(([name, value]) => [name, float32([], [value])]),
    )
    const after = await program.run({ weight, gradient: float32([4], gradient), slots, scalars })
    weight = after.weight as typeof weight
    slots = (after.slots as typeof slots | undefined) ?? {}
  }
  for (const [i, value] of expected.entries()) expect(weight.data[i]).toBeCloseTo(value, 6)
  expect(weight.data[2]).toBe(0)
  await runtime.dispose()
})
