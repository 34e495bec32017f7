import * as tf from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { sizeOf, type HostTensor, type TensorSpec } from '../values/host-tensor.ts'
import { cnnStep, cnnTraining, cnnInfer, cnnParams, cnnStatistics } from './cnn.fixture.ts'
import { Graph } from './graph/graph.ts'
import { trainingSignature, trainingStep } from './mlp.fixture.ts'
import { expectSame, f32, randomTensor, randomTree, runOn, runtimes } from './parity.fixture.ts'
import { runStacked } from './stacking.fixture.ts'
import type { Case, Tensors } from './trace/case.fixture.ts'
import { cases } from './trace/kernel-cases.fixture.ts'
import { entriesOf, grow, isHostTensor } from './tree.ts'
import type { Named } from './types.ts'

const MEMBERS = 3

/** A case's inputs for one of the members. */
function inputsOf({ specs, values }: Case, seed: string, member: number): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const given = values?.[name]
      return [name, given ? varied(given, member) : randomTensor(spec, `${seed}/${name}/${member}`)]
    }),
  )
}

/** Other values that are as valid: what may be indices has the same rows in another order. */
function varied(given: HostTensor, member: number): HostTensor {
  const { dtype, shape, data } = given
  if (shape.length === 0) return { ...given, data: data.map((x) => x + member) } as HostTensor
  const row = sizeOf(shape.slice(1))
  const moved = data.map((_, i) => data[(i + member * row) % data.length] as number)
  return {
    ...given,
    data: dtype === 'float32' ? moved.map((x) => x * (1 + member / 2)) : moved,
  } as HostTensor
}

/** Every choice of inputs that are the same for all members, but for all of them. */
function choices(names: readonly string[]): Set<string>[] {
  const chosen = Array.from({ length: 2 ** names.length - 1 }, (_, bits) => bits)
  return chosen.map((bits) => new Set(names.filter((_, i) => (bits >> i) & 1)))
}

async function expectStacked(
  signature: Named<TensorSpec>,
  members: readonly Named<HostTensor>[],
  shared: ReadonlySet<string>,
  fn: (inputs: unknown) => unknown,
  { portable = false, onReference = true } = {},
): Promise<void> {
  const first = new Map(entriesOf(members[0] as Named<HostTensor>, isHostTensor).map((e) => [e.path, e.leaf]))
  const stacked = await runStacked(signature, members, shared, fn, new Graph(portable ? 'portable' : 'cpu'))
  const { onnx, cpu } = await runtimes()
  for (const [i, member] of members.entries()) {
    const own = grow(
      entriesOf(member, isHostTensor).map((e) =>
        shared.has(e.path) ? { ...e, leaf: first.get(e.path) as HostTensor } : e,
      ),
      signature,
    )
    for (const runtime of onReference ? [onnx, cpu] : [onnx])
      expectSame(stacked[i], await runOn(runtime, signature, own as never, fn as never))
  }
}

const IMAGES = new Set(['Conv2D', 'FusedConv2D', 'MaxPool', 'AvgPool'])

test.each(Object.entries(cases))('%s for stacked members is that of each of them', async (kernel, list) => {
  for (const [i, one] of list.entries()) {
    const fn = (inputs: unknown): Named<tf.Tensor> =>
      Object.fromEntries([one.fn(inputs as Tensors)].flat().map((t, j) => [`y${j}`, t]))
    const signature = Object.fromEntries(
      Object.entries(one.specs).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
    )
    const members = Array.from({ length: MEMBERS }, (_, m) => inputsOf(one, `${kernel} ${i}`, m))
    // Members that share one of two given inputs meet pairs of numbers on which tfjs' cpu backend may err.
    const onReference = one.values === undefined
    for (const shared of choices(Object.keys(signature)))
      for (const portable of IMAGES.has(kernel) ? [false, true] : [false])
        await expectStacked(signature, members, shared, fn, { portable, onReference })
  }
})

test('members look up rows of tables of their own along any axis', async () => {
  const { x, i } = { x: f32(2, 5, 3), i: { dtype: 'int32', shape: [2, 2] } as const }
  const members = [
    [0, 4, 2, 2],
    [1, 1, 0, 3],
  ].map((at, m) => ({
    x: randomTensor(x, `x ${m}`),
    i: { ...i, data: Int32Array.from(at) },
  }))
  for (const shared of choices(['x', 'i']))
    await expectStacked({ x, i }, members, shared, (inputs) => {
      const given = inputs as Record<'x' | 'i', tf.Tensor>
      return { y: tf.gather(given.x, given.i, 1) }
    })
})

test('a training step of stacked multi-layer perceptrons on one data set is that of each of them', async () => {
  const signature = trainingSignature([20, 12, 5], 30, 8)
  const data = randomTree({ images: signature.constants.images }).images
  const labels = { dtype: 'uint8', shape: [30], data: Uint8Array.from({ length: 30 }, (_, i) => i % 5) }
  const members = Array.from({ length: MEMBERS }, (_, m) => {
    const drawn = randomTree(signature, `member ${m}`)
    const batch = Int32Array.from({ length: 8 }, (_, i) => (7 * i + m) % 30)
    const masks = mapped(drawn.constants.masks, (x) => (x > 0 ? 1 : 0))
    const squared = (slot: Record<string, HostTensor>) => mapped(slot, Math.abs)
    return {
      constants: { images: data, labels, masks },
      carry: {
        params: drawn.carry.params,
        squaredGradients: squared(drawn.carry.squaredGradients),
        squaredUpdates: squared(drawn.carry.squaredUpdates),
      },
      each: { batch: { ...drawn.each.batch, data: batch }, rate: drawn.each.rate },
    }
  })
  const shared = new Set(['constants.images', 'constants.labels'])
  await expectStacked(signature, members as never, shared, trainingStep)
})

test.each([false, true])(
  'training and inference of stacked convolutional networks are those of each of them (convolutions whole: %s)',
  async (portable) => {
    const training = cnnTraining(4)
    const labels = { dtype: 'int32', shape: [4], data: Int32Array.of(0, 3, 1, 2) } as const
    const members = Array.from({ length: MEMBERS }, (_, m) => {
      const drawn = randomTree(training, `member ${m}`)
      return { ...drawn, each: { ...drawn.each, labels } }
    })
    await expectStacked(training, members, new Set(), cnnStep, {
      portable,
    })
    const signature = { params: cnnParams, statistics: cnnStatistics, x: f32(4, 8, 8, 2) }
    const networks = Array.from({ length: MEMBERS }, (_, m) => {
      const drawn = randomTree(signature, `network ${m}`)
      return {
        ...drawn,
        statistics: {
          ...drawn.statistics,
          ...mapped({ variance: drawn.statistics.variance as HostTensor }, Math.abs),
        },
      }
    })
    const infer = (inputs: unknown) => {
      const { params, statistics, x } = inputs as { params: Tensors; statistics: Tensors; x: tf.Tensor }
      return { logits: cnnInfer(params, statistics, x) }
    }
    for (const shared of [[], ['x']])
      await expectStacked(signature, networks, new Set(shared), infer, { portable })
  },
)

function mapped(tree: Record<string, HostTensor>, by: (x: number) => number): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(tree).map(([name, t]) => [name, { ...t, data: t.data.map(by) } as HostTensor]),
  )
}
