import * as tf from '@tensorflow/tfjs-core'
import { afterAll, expect, test } from 'vitest'
import { float32, int32, type HostTensor } from '../values/host-tensor.ts'
import { createOnnxRuntime } from './index.ts'
import { trainingSignature, trainingStep } from './mlp.fixture.ts'
import { expectSame, f32, randomTree, runtimes } from './parity.fixture.ts'
import type { Loop, LoopInputs, LoopSignature, Named } from './types.ts'

const IMAGES = 40
const BATCH = 8
const signature = (() => {
  const { constants, ...rest } = trainingSignature([20, 12, 5], IMAGES, BATCH)
  const images = { ...constants.images, shared: true }
  return { ...rest, constants: { ...constants, images, labels: { ...constants.labels, shared: true } } }
})()
type Training = typeof signature
type Inputs = LoopInputs<Training>

const stacked = await createOnnxRuntime({ device: 'cpu', stacked: true })
afterAll(() => stacked.dispose())

function trainingLoop(runtime: typeof stacked): Promise<Loop<Training, { loss: tf.Tensor }>> {
  return runtime.loop<Training, { loss: tf.Tensor }>('train', signature, trainingStep)
}

function dataset(seed: string): Pick<Inputs['constants'], 'images' | 'labels'> {
  const { images } = randomTree({ images: signature.constants.images }, seed)
  const labels = Uint8Array.from({ length: IMAGES }, (_, i) => i % 5)
  return { images, labels: { dtype: 'uint8', shape: [IMAGES], data: labels } }
}

const data = dataset('data')

/** A network with a mask, batches and learning rates of its own. */
function member(seed: number, steps = 3, on = data): Inputs {
  const { constants, carry } = randomTree(signature, `member ${seed}`)
  const slots = { squaredGradients: zeros(carry.params), squaredUpdates: zeros(carry.params) }
  const batches = Int32Array.from({ length: steps * BATCH }, (_, i) => (i * (2 * seed + 3)) % IMAGES)
  return {
    constants: { ...on, masks: mapped(constants.masks, (x) => (x > 0 ? 1 : 0)) },
    carry: { params: carry.params, ...slots },
    each: {
      batch: int32([steps, BATCH], batches),
      rate: float32(
        [steps],
        Float32Array.from({ length: steps }, (_, i) => 1 / (i + 1 + seed)),
      ),
    },
  }
}

const mapped = (tree: Record<string, HostTensor>, by: (x: number) => number) =>
  Object.fromEntries(Object.entries(tree).map(([k, t]) => [k, { ...t, data: t.data.map(by) } as HostTensor]))
const zeros = (tree: Record<string, HostTensor>) => mapped(tree, () => 0)

test('members trained at the same time become what each becomes alone, on every runtime', async () => {
  const { onnx, cpu } = await runtimes()
  const members = [0, 1, 2, 3, 4].map((seed) => member(seed))
  const together = await (await trainingLoop(stacked)).runAll(members)
  for (const runtime of [onnx, cpu]) {
    const loop = await trainingLoop(runtime)
    const each = await Promise.all(members.map((m) => loop.run(m)))
    expect(await loop.runAll(members)).toEqual(each)
    for (const [i, alone] of each.entries()) expectSame(together[i], alone)
    await loop.dispose()
  }
})

test('a member gets the same bits alone and in any company, also where it goes on', async () => {
  const loop = await trainingLoop(stacked)
  const [first, second] = [member(1, 3), member(9, 2)]
  const next = (after: Inputs['carry']): Inputs => ({ ...first, carry: after, each: member(7, 3).each })
  const alone = await loop.run(first)
  const further = await loop.run(next(alone.carry))
  const others = [2, 3, 4, 5].map((seed) => member(seed))
  for (const company of [
    [first, ...others.slice(1, 2)],
    [...others.slice(0, 2), first],
    [others[0] as Inputs, first, ...others.slice(1)],
  ]) {
    const at = company.indexOf(first)
    const results = await loop.runAll(company)
    expect(results[at]).toEqual(alone)
    const again = await loop.runAll(
      results.map(({ carry }, i) => (i === at ? next(carry) : { ...(company[i] as Inputs), carry })),
    )
    expect(again[at]).toEqual(further)
  }
  // Places of others are taken by those that come next.
  expect((await loop.runAll([second, second]))[1]).toEqual(await loop.run(second))
  await loop.dispose()
})

test('companies that take turns are told apart, whichever comes when', async () => {
  const loop = await trainingLoop(stacked)
  const companies = [
    [1, 2],
    [3, 4],
    [2, 1],
    [5, 6],
    [7, 8],
    [9, 10],
  ].map((seeds) => seeds.map((seed) => member(seed)))
  const alone = new Map<Inputs, unknown>()
  for (const one of companies.flat()) alone.set(one, await loop.run(one))
  for (const i of [0, 1, 2, 0, 3, 4, 5, 0, 1]) {
    const company = companies[i] as Inputs[]
    expect(await loop.runAll(company)).toEqual(company.map((one) => alone.get(one)))
  }
  await loop.dispose()
})

test('a loop tells how much one step computes', async () => {
  const add = await stacked.compile('add', { x: f32(10) }, ({ x }) => ({ y: tf.sqrt(tf.exp(x)) }))
  expect(add.bytes).toBe(2 * 10 * 4)
  expect((await trainingLoop(stacked)).bytes).toBeGreaterThan(BATCH * 20 * 4)
})

test('members that have other data are not computed with it', async () => {
  const loop = await trainingLoop(stacked)
  const other = dataset('other data')
  const members = [member(1), member(2, 3, other), member(3), member(4, 3, other)]
  const results = await loop.runAll(members)
  for (const [i, result] of results.entries()) expect(result).toEqual(await loop.run(members[i] as Inputs))
  await loop.dispose()
})

test('members with different numbers of steps are refused', async () => {
  const loop = await trainingLoop(stacked)
  await expect(loop.runAll([member(1, 2), member(2, 3)])).rejects.toThrow('some runs have 2 steps, others 3')
  await loop.dispose()
})

test('a program computes many inputs at once as one after the other', async () => {
  const { onnx } = await runtimes()
  const specs = { w: f32(4, 3), x: { ...f32(5, 4), shared: true } }
  const fn = ({ w, x }: Record<'w' | 'x', tf.Tensor>): Named<tf.Tensor> => ({
    y: tf.softmax(tf.matMul(x, w)),
    x,
  })
  const x = randomTree(specs).x
  const inputs = [1, 2, 3].map((seed) => ({ w: randomTree(specs, `${seed}`).w, x }))
  const [program, plain] = [await stacked.compile('p', specs, fn), await onnx.compile('p', specs, fn)]
  const together = await program.runAll(inputs)
  expect(together).toHaveLength(3)
  for (const [i, one] of inputs.entries()) {
    expect(together[i]).toEqual(await program.run(one))
    expectSame(together[i], await plain.run(one))
  }
  await program.dispose()
  await expect(program.run(inputs[0] as (typeof inputs)[0])).rejects.toThrow('disposed')
})

test('a loop without shared constants or outputs of its own can be stacked as well', async () => {
  const counter = { constants: {}, carry: { n: f32() }, each: { by: f32() } } satisfies LoopSignature
  const loop = await stacked.loop('count', counter, ({ carry, each }) => ({
    carry: { n: tf.add(carry.n, each.by) },
    out: {},
  }))
  const runs = [1, 10].map((n) => ({
    constants: {},
    carry: { n: float32([], [n]) },
    each: { by: float32([3], [n, n, n]) },
  }))
  expect((await loop.runAll(runs)).map(({ carry }) => carry.n.data[0])).toEqual([4, 40])
  await loop.dispose()
})

test('what a program is given is read anew in every run, also where it is the same memory', async () => {
  const program = await stacked.compile('twice', { x: f32(2) }, ({ x }) => ({ y: tf.mul(x, 2) }))
  const x = float32([2], [1, 2])
  const [data] = (await program.runAll([{ x }])).map(({ y }) => [...y.data])
  x.data.set([10, 20])
  expect([data, [...(await program.run({ x })).y.data]]).toEqual([
    [2, 4],
    [20, 40],
  ])
  await program.dispose()
})
