import { expect } from 'vitest'
import * as tf from '@tensorflow/tfjs-core'
import { float32, int32, sizeOf } from '../../values/host-tensor.ts'
import { gpuRuntime, gpuTest, strictGpuRuntime } from '../gpu.fixture.ts'
import { expectSame, f32, i32, randomTree, runOn, runtimes, u8 } from '../parity.fixture.ts'

const IMAGES = 500
const PIXELS = 784

/** Moves weights towards the mean of a batch of images of bytes, and keeps how far they were. */
const signature = {
  constants: { images: { ...u8(IMAGES, PIXELS), shared: true }, labels: { ...u8(IMAGES), shared: true } },
  carry: { weights: f32(PIXELS), seen: i32() },
  each: { batch: i32(20), rate: f32() },
}
type Tensors = Readonly<Record<string, tf.Tensor>>
interface Inputs {
  readonly constants: Tensors
  readonly carry: Tensors
  readonly each: Tensors
}
function step(inputs: Inputs) {
  const { constants, carry, each } = inputs
  const get = (group: Tensors, name: string): tf.Tensor => group[name] as tf.Tensor
  const batch = get(each, 'batch') as tf.Tensor1D
  const pixels = tf.div(tf.cast(tf.gather(get(constants, 'images'), batch), 'float32'), 255)
  const away = tf.sub(tf.mean(pixels, 0), get(carry, 'weights'))
  const labels = tf.gather(get(constants, 'labels'), batch)
  return {
    carry: {
      weights: tf.add(get(carry, 'weights'), tf.mul(away, get(each, 'rate'))),
      seen: tf.add(get(carry, 'seen'), tf.sum(labels)),
    },
    out: { far: tf.sum(tf.square(away)), largest: tf.max(pixels, 1), labels, away: tf.tile(away, [8]) },
  }
}
function given(steps: number) {
  const { images, labels } = randomTree(signature.constants)
  return {
    constants: { images, labels },
    carry: { weights: float32([PIXELS], new Float32Array(PIXELS)), seen: int32([], [0]) },
    each: {
      batch: int32(
        [steps, 20],
        Int32Array.from({ length: steps * 20 }, (_, i) => (i * 37) % IMAGES),
      ),
      rate: float32(
        [steps],
        Float32Array.from({ length: steps }, (_, i) => 1 / (i + 2)),
      ),
    },
  }
}
const loopOf = (runtime: ReturnType<typeof gpuRuntime>) => runtime.loop('means', signature, step)

gpuTest(
  'a loop gives what the processor gives: state, small and large results, reals and integers',
  async () => {
    const { onnx } = await runtimes()
    const results = []
    for (const runtime of [gpuRuntime(), onnx]) results.push(await (await loopOf(runtime)).run(given(7)))
    expectSame(results[0], results[1])
  },
)

gpuTest('results are read often enough, however many steps there are', async () => {
  const loop = await loopOf(gpuRuntime())
  const inputs = given(600)
  const { out } = await loop.run(inputs)
  const halves = []
  let carry: unknown = inputs.carry
  for (const [from, to] of [
    [0, 300],
    [300, 600],
  ] as const) {
    const each = {
      batch: int32([300, 20], inputs.each.batch.data.slice(from * 20, to * 20)),
      rate: float32([300], inputs.each.rate.data.slice(from, to)),
    }
    const half = await loop.run({ ...inputs, carry, each } as never)
    carry = half.carry
    halves.push(...(half.out as unknown as { far: { data: Float32Array } }).far.data)
  }
  expect([...(out as unknown as { far: { data: Float32Array } }).far.data]).toEqual(halves)
})

gpuTest('nothing is copied from step to step; constants go to the device once', async () => {
  const runtime = gpuRuntime()
  const small = {
    ...signature,
    carry: { weights: signature.carry.weights },
  }
  const loop = await runtime.loop('resident', small, (inputs: Inputs) => {
    const { carry, out } = step({ ...inputs, carry: { ...inputs.carry, seen: tf.scalar(0, 'int32') } })
    return { carry: { weights: carry.weights }, out: { far: out.far } }
  })
  const taken = async (steps: number, constants: object) => {
    const before = { ...runtime.traffic }
    const inputs = given(steps)
    await loop.run({ constants, carry: { weights: inputs.carry.weights }, each: inputs.each } as never)
    const after = runtime.traffic
    return {
      toDevice: (after?.toDevice ?? NaN) - (before.toDevice ?? NaN),
      toHost: (after?.toHost ?? NaN) - (before.toHost ?? NaN),
    }
  }
  const { constants } = given(1)
  const [first, second, longer] = [
    await taken(50, constants),
    await taken(50, constants),
    await taken(250, constants),
  ]
  // Images as bytes, labels as integers.
  expect(first.toDevice - second.toDevice).toBe(IMAGES * PIXELS + 4 * IMAGES)
  // Besides, for a run in company of one: indices and a rate for each step; once, the state and a row for each step that
  // could be kept.
  expect(longer.toDevice - second.toDevice).toBe(2 * 200 * 4 * 21)
  expect(longer.toHost).toBe(second.toHost)
  expect(second.toHost).toBe(2 * 4 * (PIXELS + 256))
})

gpuTest('a runtime that keeps constants on the device can be given back, and another goes on', async () => {
  const other = await strictGpuRuntime()
  const loop = await other.loop('means', signature, step)
  const expected = await loop.run(given(2))
  await other.dispose()
  expect(await (await loopOf(gpuRuntime())).run(given(2))).toEqual(expected)
})

gpuTest('bytes come out of words as they went in', async () => {
  const { cpu } = await runtimes()
  for (const shape of [[3, 4], [5, 8, 3], [2, 2], [7], [1, 12]]) {
    const spec = { x: u8(...shape), index: i32(2) }
    const inputs = { ...randomTree(spec), index: int32([2], [(shape[0] as number) - 1, 0]) }
    const fn = ({ x, index }: { x: tf.Tensor; index: tf.Tensor }) => ({
      all: tf.cast(x, 'float32'),
      some: tf.gather(x, index),
      sum: tf.sum(x),
      flat: tf.reshape(x, [sizeOf(shape)]),
    })
    expectSame(await runOn(gpuRuntime(), spec, inputs, fn), await runOn(cpu, spec, inputs, fn))
  }
})

gpuTest('a tensor that no GPU can hold is a failure that says so, and the next program runs', async () => {
  const runtime = gpuRuntime()
  const [rows, columns] = [100_000, 400_000]
  const huge = await runtime.compile('huge', { x: f32(rows, 1), y: f32(1, columns) }, ({ x, y }) => ({
    z: tf.sum(tf.exp(tf.mul(x, y))),
  }))
  const given = {
    x: float32([rows, 1], new Float32Array(rows)),
    y: float32([1, columns], new Float32Array(columns)),
  }
  await expect(huge.run(given)).rejects.toMatchObject({
    kind: 'cell',
    message: expect.stringMatching(/^huge: the GPU has not enough memory/) as string,
    hint: expect.stringContaining('--device cpu') as string,
  })
  await huge.dispose()
  const small = await runOn(runtime, { x: f32(2) }, { x: float32([2], [0, 1]) }, ({ x }) => ({
    y: tf.mul(x, 2),
  }))
  expect(small).toEqual({ y: float32([2], [0, 2]) })
})

gpuTest('a program that is disposed is not run', async () => {
  const runtime = gpuRuntime()
  const program = await runtime.compile('f', { x: f32(4) }, ({ x }) => ({ y: tf.exp(x) }))
  await program.dispose()
  await expect(program.run({ x: float32([4], [0, 0, 0, 0]) })).rejects.toThrow(
    'f was used after it was disposed',
  )
})
