import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { float32, int32, uint8 } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { f32, i32, runtimes, u8 } from './parity.fixture.ts'
import type { Named } from './types.ts'

const HERE = fileURLToPath(import.meta.url)
/** The line of this file that holds a text. */
const lineOf = (text: string): number =>
  readFileSync(HERE, 'utf8')
    .split('\n')
    .findIndex((l) => l.includes(text)) + 1

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error: unknown = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  if (!(error instanceof Problem))
    throw new Error(`expected a Problem, got ${String(error)}`, { cause: error })
  return error
}

async function refusal(fn: (x: tf.Tensor) => unknown): Promise<Problem> {
  const { onnx } = await runtimes()
  return problemOf(onnx.compile('f', { x: f32(2, 2) }, ({ x }) => fn(x) as Named<tf.Tensor>))
}

test('an op that cannot be compiled is named with the place it was called from', async () => {
  const problem = await refusal((x) => ({ y: tf.spectral.fft(tf.complex(x, x)) })) // the fft
  expect(problem.kind).toBe('usage')
  expect(problem.message).toBe('f: the op Complex cannot be compiled')
  expect(problem.place).toMatchObject({ file: HERE, line: lineOf('// the ' + 'fft') })
  const inGradient = await refusal((x) => {
    const cumulated = tf.grad((t: tf.Tensor) => tf.sum(tf.cumprod(t)))
    return { y: cumulated(x) } // the call
  })
  expect(inGradient.message).toBe('f: the op Cumprod cannot be compiled')
  expect(inGradient.place?.file).toBe(HERE)
})

test('reading values is refused, waiting for them too', async () => {
  const reads: ((x: tf.Tensor) => unknown)[] = [
    (x) => ({ y: tf.scalar(x.dataSync()[0] as number) }),
    (x) => ({ y: tf.tensor(x.arraySync()) }),
    (x) => {
      // Caught by the author, and refused all the same.
      try {
        x.dataSync()
      } catch {
        return { y: x }
      }
      return { y: x }
    },
    (x) => {
      void x.data()
      return { y: x }
    },
    async (x) => ({ y: tf.tensor(await x.array()) }),
  ]
  for (const fn of reads) {
    const problem = await refusal(fn)
    expect(problem.message).toBe('f: reads the values of a tensor')
    expect(problem.place?.file).toBe(HERE)
  }
})

test('random numbers are refused, seeded or not', async () => {
  const draws: Readonly<Record<string, (x: tf.Tensor) => unknown>> = {
    'Math.random': (x) => ({ y: tf.mul(x, Math.random()) }),
    'tf.randomUniform': (x) => ({ y: tf.mul(x, tf.randomUniform([2, 2], 0, 1, 'float32', 7)) }),
    'tf.randomNormal': (x) => ({ y: tf.mul(x, tf.randomNormal([2, 2], 0, 1, 'float32', 7)) }),
    'tf.truncatedNormal': (x) => ({ y: tf.mul(x, tf.truncatedNormal([2, 2], 0, 1, 'float32', 7)) }),
    'tf.rand': (x) => ({
      y: tf.mul(
        x,
        tf.rand([2, 2], () => 4),
      ),
    }),
    'tf.dropout': (x) => ({ y: tf.dropout(x, 0.5, undefined, 7) }),
  }
  for (const [by, fn] of Object.entries(draws)) {
    const problem = await refusal(fn)
    expect(problem.message).toBe(`f: draws random numbers (${by})`)
    expect(problem.place?.file).toBe(HERE)
  }
  expect((await refusal((x) => ({ y: tf.mul(x, tf.randomUniform([2, 2])) }))).message).toContain(
    'draws random numbers',
  )
  expect(Math.random()).toBeLessThan(1)
})

test('variables, tensors from outside, promises and other results are refused', async () => {
  const { cpu } = await runtimes()
  expect(cpu.engine.runtime).toBe('cpu')
  await tf.setBackend('cpu')
  const outside = tf.tensor2d([
    [1, 2],
    [3, 4],
  ])
  const variable = tf.variable(outside, true, 'mine')
  const wrong: readonly (readonly [string, (x: tf.Tensor) => unknown])[] = [
    ['makes a tf.variable', (x) => ({ y: tf.variable(x) })],
    ['uses a tensor of shape [2, 2] that was made outside of it', (x) => ({ y: tf.add(x, outside) })],
    ['uses a tensor of shape [2, 2] that was made outside of it', () => ({ y: outside })],
    [
      'uses the variable mine of shape [2, 2] that was made outside of it',
      (x) => ({ y: tf.add(x, variable) }),
    ],
    ['is asynchronous', async (x) => Promise.resolve({ y: x })],
    ['returns one tensor', (x) => x],
    ['returns a list', (x) => [x]],
    ['returns nothing', () => undefined],
    ['returns a number as loss', (x) => ({ y: x, loss: 3 })],
    ['returns a list as y', (x) => ({ y: [x] })],
  ]
  for (const [what, fn] of wrong) expect((await refusal(fn)).message).toBe(`f: ${what}`)
  expect(outside.dataSync()).toEqual(Float32Array.of(1, 2, 3, 4))
  tf.dispose([outside, variable])
})

test('an error of the function itself stays what it is; one of tfjs tells where', async () => {
  const { onnx } = await runtimes()
  const mine = new TypeError('mine')
  const compiling = onnx.compile('f', { x: f32(2) }, () => {
    throw mine
  })
  await expect(compiling).rejects.toBe(mine)
  const problem = await refusal((x) => ({ y: tf.matMul(x, tf.zeros([3, 2])) })) // does not fit
  expect(problem.message).toContain('f: BatchMatMul: inner sizes of [2, 2] and [3, 2] differ')
  expect(problem.place).toMatchObject({ file: HERE, line: lineOf('// does not ' + 'fit') })
})

test('arguments that do not fit each other are refused', async () => {
  const wrong: readonly (readonly [string, (x: tf.Tensor) => unknown])[] = [
    ['f: Add: shapes [2, 2] and [3] do not broadcast', (x) => ({ y: tf.add(x, [1, 2, 3]) })],
    [
      'f: Reshape: [2, 2] has another number of elements than [3, -1]',
      (x) => ({ y: tf.reshape(x, [3, -1]) }),
    ],
    ['f: Slice: [1, 3] from [0, 0] on is not inside [2, 2]', (x) => ({ y: tf.slice(x, [0, 0], [1, 3]) })],
    [
      'f: Concat: [2, 2] and [1, 3] differ in more than one axis',
      (x) => ({ y: tf.concat([x, tf.ones([1, 3])]) }),
    ],
    [
      'f: GatherV2: gather with batchDims 1 along axis 2',
      (x) => ({ y: tf.gather(tf.reshape(x, [1, 2, 2]), [[0]], 2, 1) }),
    ],
    [
      'f: Conv2D: images with their channels first cannot be compiled',
      (x) => ({
        y: tf.conv2d(tf.reshape<tf.Rank.R4>(x, [1, 1, 2, 2]), tf.ones([1, 1, 1, 1]), 1, 'valid', 'NCHW'),
      }),
    ],
    [
      'f: MaxPool: no window of 3 × 3 fits into an image of 2 × 2',
      (x) => ({ y: tf.maxPool(tf.reshape<tf.Rank.R4>(x, [1, 2, 2, 1]), 3, 1, 'valid') }),
    ],
  ]
  for (const [message, fn] of wrong) {
    const problem = await refusal(fn)
    expect(problem.message).toContain(message)
    expect(problem.place?.file).toBe(HERE)
  }
})

test('a loop whose state changes its type or shape, or has no steps to count, is refused', async () => {
  for (const runtime of Object.values(await runtimes())) {
    const loop = (step: (s: tf.Tensor) => unknown, each: object = { i: i32() }) =>
      problemOf(
        runtime
          .loop(
            'walk',
            { constants: {}, carry: { s: f32(3) }, each: each as { i: ReturnType<typeof i32> } },
            ({ carry }) => step(carry.s) as never,
          )
          .then((l) =>
            l.run({ constants: {}, carry: { s: float32([3], [1, 2, 3]) }, each: { i: int32([1], [0]) } }),
          ),
      )
    expect((await loop((s) => ({ carry: { s: tf.sum(s) }, out: {} }))).message).toContain(
      'carry.s as float32 [], but takes it as float32 [3]',
    )
    expect((await loop((s) => ({ carry: { s: tf.cast(s, 'int32') }, out: {} }))).message).toContain(
      'carry.s as int32 [3], but takes it as float32 [3]',
    )
    expect((await loop(() => ({ carry: {}, out: {} }))).message).toContain('does not return carry.s')
    expect((await loop((s) => ({ carry: { s, t: s }, out: {} }))).message).toContain(
      'carry.t, which its signature does not have',
    )
    expect((await loop((s) => ({ carry: { s }, output: { s } }))).message).toContain('returns output.s')
    expect((await loop((s) => ({ carry: { s }, out: {} }), {})).message).toContain('how many steps')
  }
})

test('inputs that do not fit are named with what was expected and given', async () => {
  for (const runtime of Object.values(await runtimes())) {
    const program = await runtime.compile('f', { params: { w: f32(2, 2) }, i: i32(3) }, ({ params, i }) => ({
      y: tf.sum(params.w),
      i: tf.sum(i),
    }))
    const w = float32([2, 2], [1, 2, 3, 4])
    const i = int32([3], [1, 2, 3])
    const run = (inputs: unknown) => problemOf(program.run(inputs as never))
    expect((await run({ params: {}, i })).message).toBe(
      'f: the input params.w is missing; expected float32 [2, 2]',
    )
    expect((await run({ params: { w: i }, i })).message).toBe(
      'f: the input params.w is int32 [3]; expected float32 [2, 2]',
    )
    expect((await run({ params: { w: 3 }, i })).message).toBe(
      'f: the input params.w is not a tensor; expected float32 [2, 2]',
    )
    expect((await run({ params: { w: { ...w, data: new Float32Array(3) } }, i })).message).toBe(
      'f: the input params.w is float32 [2, 2] but has 3 elements',
    )
    const unknown = await run({ params: { w, v: w }, i })
    expect([unknown.message, unknown.hint]).toEqual([
      'f: there is no input params.v',
      'Did you mean params.w?',
    ])
    const { y } = await program.run({ params: { w }, i })
    expect([...y.data]).toEqual([10])
    await program.dispose()
    expect((await run({ params: { w }, i })).message).toBe('f was used after it was disposed')

    const loop = await runtime.loop(
      'walk',
      { constants: { c: u8(2) }, carry: {}, each: { a: f32(), b: f32(2) } },
      ({ each }) => ({ carry: {}, out: { s: tf.add(each.a, each.b) } }),
    )
    const c = uint8([2], Uint8Array.of(1, 2))
    const steps = (a: number, b: number) => ({
      constants: { c },
      carry: {},
      each: { a: float32([a], new Float32Array(a)), b: float32([b, 2], new Float32Array(2 * b)) },
    })
    expect((await problemOf(loop.run(steps(2, 3)))).message).toBe('walk: b has 3 steps, but a has 2')
    expect((await problemOf(loop.run(steps(0, 0)))).message).toBe('walk: a has no steps')
    expect((await loop.run(steps(2, 2))).out.s.shape).toEqual([2, 2])
    await loop.dispose()
    expect((await problemOf(loop.run(steps(2, 2)))).message).toBe('walk was used after it was disposed')
  }
})

test('on an eager backend too: variables, random numbers, missing ops', async () => {
  const { cpu, wasm } = await runtimes()
  const run = async (runtime: typeof cpu, fn: (x: tf.Tensor) => unknown) => {
    const program = await runtime.compile('f', { x: f32(2, 2) }, ({ x }) => fn(x) as Named<tf.Tensor>)
    return problemOf(program.run({ x: float32([2, 2], [1, 2, 3, 4]) }))
  }
  expect((await run(cpu, (x) => ({ y: tf.variable(x) }))).message).toBe('f: makes a tf.variable')
  expect((await run(cpu, (x) => ({ y: tf.mul(x, Math.random()) }))).message).toBe(
    'f: draws random numbers (Math.random)',
  )
  expect((await run(cpu, (x) => x)).message).toBe('f: returns one tensor')
  const missing = await run(wasm, (x) => ({ y: tf.unsortedSegmentSum(x, tf.tensor1d([0, 1], 'int32'), 2) }))
  expect(missing.message).toBe('f: the op UnsortedSegmentSum cannot run on the wasm runtime')
  expect(missing.place?.file).toBe(HERE)
})
