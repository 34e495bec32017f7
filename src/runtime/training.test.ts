import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { float32, int32, type HostTensor } from '../values/host-tensor.ts'
import { coins, initial, labelsOf, trainingInputs } from './mlp-inputs.fixture.ts'
import {
  adadelta,
  forward,
  lossAndGradients,
  mlpSpecs,
  trainingStep,
  weightsOf,
  type Tensors,
} from './mlp.fixture.ts'
import { expectSame, f32, i32, randomTree, runOn, runtimes } from './parity.fixture.ts'
import type { LoopSignature, Named, Runtime } from './types.ts'

const DECONS_NET = [784, 300, 100, 10]

test.each(['one-hot', 'gather'] as const)(
  'a training step of decons-net is that of the cpu backend: loss by %s, every gradient, updated weights and state',
  async (pick) => {
    const { onnx, cpu, wasm } = await runtimes()
    const params = mlpSpecs(DECONS_NET)
    const masks = weightsOf(params)
    const signature = {
      state: { params, squaredGradients: params, squaredUpdates: params },
      masks,
      x: f32(64, 784),
      labels: i32(64),
      rate: f32(),
    }
    const positive = (tree: Record<string, HostTensor>): Record<string, HostTensor> =>
      Object.fromEntries(
        Object.entries(tree).map(([k, t]) => [k, float32(t.shape, Float32Array.from(t.data, Math.abs))]),
      )
    const x = randomTree({ x: signature.x }).x
    const given = {
      state: {
        params: initial(params, 'params'),
        squaredGradients: positive(initial(params, 'v')),
        squaredUpdates: positive(initial(params, 'u')),
      },
      masks: coins(masks, 0.3),
      x,
      labels: labelsOf(64),
      rate: float32([], [1]),
    }
    const step = (inputs: unknown): Named<tf.Tensor> => {
      const { state, masks, x, labels, rate } = inputs as {
        state: Parameters<typeof adadelta>[0]
        masks: Tensors
        x: tf.Tensor
        labels: tf.Tensor
        rate: tf.Tensor
      }
      const { loss, gradients } = lossAndGradients(state.params, x, labels, pick)
      return { loss, gradients, next: adadelta(state, gradients, masks, rate) }
    }
    const { smallest } = await runOn(
      cpu,
      { params, x: signature.x },
      { params: given.state.params, x },
      (i) => ({
        smallest: smallestReluInput(i.params, i.x),
      }),
    )
    // A ReLU input within rounding of zero may change its sign, and a gradient with it.
    expect((smallest as HostTensor).data[0]).toBeGreaterThan(1e-6)
    const reference = await runOn(cpu, signature, given as never, step as never)
    expectSame(await runOn(onnx, signature, given as never, step as never), reference)
    if (pick === 'one-hot') expectSame(await runOn(wasm, signature, given as never, step as never), reference)
  },
)

function smallestReluInput(params: Tensors, x: tf.Tensor): tf.Tensor {
  const first = forward({ w1: params.w1 as tf.Tensor, b1: params.b1 as tf.Tensor }, x)
  const second = forward(
    {
      w1: params.w1 as tf.Tensor,
      b1: params.b1 as tf.Tensor,
      w2: params.w2 as tf.Tensor,
      b2: params.b2 as tf.Tensor,
    },
    x,
  )
  return tf.minimum(tf.min(tf.abs(first)), tf.min(tf.abs(second)))
}

test('gradients agree with finite differences', async () => {
  const { onnx } = await runtimes()
  const params = mlpSpecs([6, 5, 4, 3])
  const x = randomTree({ x: f32(7, 6) }).x
  const labels = int32([7], [0, 1, 2, 0, 1, 2, 0])
  const program = await onnx.compile('loss', { params, x: f32(7, 6), labels: i32(7) }, (inputs) =>
    lossAndGradients(inputs.params, inputs.x, inputs.labels),
  )
  const start = initial(params, 'small')
  const { gradients } = (await program.run({ params: start, x, labels })) as unknown as {
    gradients: Record<string, HostTensor>
  }
  const lossAt = async (name: string, i: number, change: number): Promise<number> => {
    const moved = Float32Array.from((start[name] as HostTensor).data)
    moved[i] = (moved[i] as number) + change
    const { loss } = await program.run({
      params: { ...start, [name]: float32((start[name] as HostTensor).shape, moved) },
      x,
      labels,
    })
    return loss.data[0] as number
  }
  for (const [name, gradient] of Object.entries(gradients))
    for (const i of gradient.data.keys()) {
      const slope = ((await lossAt(name, i, 5e-3)) - (await lossAt(name, i, -5e-3))) / 1e-2
      expect(Math.abs((gradient.data[i] as number) - slope), `${name}[${i}]`).toBeLessThan(1e-3)
    }
  await program.dispose()
})

interface State {
  readonly [slot: string]: Readonly<Record<string, HostTensor>>
  readonly params: Readonly<Record<string, HostTensor>>
}
interface TrainingLoop {
  run(inputs: unknown): Promise<{ readonly carry: State; readonly out: { readonly loss: HostTensor } }>
  dispose(): Promise<void>
}
const trainingLoop = async (runtime: Runtime, signature: LoopSignature): Promise<TrainingLoop> =>
  (await runtime.loop('train', signature, trainingStep)) as unknown as TrainingLoop

test('a loop over a resident data set of bytes is that of the cpu backend, also with a shorter last batch', async () => {
  const { onnx, cpu } = await runtimes()
  const results = []
  for (const runtime of [onnx, cpu]) {
    const full = trainingInputs(16, 4)
    const short = trainingInputs(5, 1)
    const loop = await trainingLoop(runtime, full.signature)
    const last = await trainingLoop(runtime, short.signature)
    const most = await loop.run(full.given)
    const rest = await last.run({
      ...short.given,
      constants: full.given.constants,
      carry: most.carry,
    })
    results.push({ most, rest })
    await loop.dispose()
    await last.dispose()
  }
  const [compiled, eager] = results
  // Differences grow from step to step; Adadelta divides tiny numbers by tiny numbers.
  expectSame(compiled, eager, 1e-4)
  expect(compiled?.most.out.loss).toMatchObject({ dtype: 'float32', shape: [4] })
})

test('n steps in one run are n runs of one step, to the last bit', async () => {
  const { onnx } = await runtimes()
  const { signature, given } = trainingInputs(16, 4)
  const loop = await trainingLoop(onnx, signature)
  const together = await loop.run(given)
  let carry: unknown = given.carry
  const losses: number[] = []
  for (let i = 0; i < 4; i++) {
    const each = {
      batch: int32([1, 16], given.each.batch.data.slice(i * 16, (i + 1) * 16) as Int32Array),
      rate: float32([1], [given.each.rate.data[i] as number]),
    }
    const one = await loop.run({ constants: given.constants, carry, each })
    carry = one.carry
    losses.push(one.out.loss.data[0] as number)
  }
  expect(carry).toEqual(together.carry)
  expect([...together.out.loss.data]).toEqual(losses)
})

test('masked weights stay exactly zero', async () => {
  const { onnx } = await runtimes()
  const { signature, given } = trainingInputs(16, 6)
  const masks = given.constants.masks
  const params = Object.fromEntries(
    Object.entries(given.carry.params).map(([k, t]) => [
      k,
      masks[k]
        ? float32(
            t.shape,
            Float32Array.from(t.data, (w, i) => w * (masks[k]?.data[i] as number)),
          )
        : t,
    ]),
  )
  const loop = await trainingLoop(onnx, signature)
  const { carry } = (await loop.run({ ...given, carry: { ...given.carry, params } })) as unknown as {
    carry: { params: Record<string, HostTensor> }
  }
  for (const [name, mask] of Object.entries(masks))
    expect([...(carry.params[name] as HostTensor).data].every((w, i) => mask.data[i] === 1 || w === 0)).toBe(
      true,
    )
})
