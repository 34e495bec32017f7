import * as tf from '@tensorflow/tfjs-core'
import { afterAll, expect, test } from 'vitest'
import { float32, int32, uint8 } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { createEagerRuntime, createOnnxRuntime } from './index.ts'
import { float16Bits } from './onnx/float16.ts'

const runtime = await createOnnxRuntime({ device: 'cpu' })
afterAll(() => runtime.dispose())

const random = stream(1, 'precision')
const normal = (shape: readonly number[]) =>
  float32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
  )

/** What is left of a number in 16 bits. */
function halved(x: number): number {
  const bits = float16Bits(x)
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
  return bits & 0x8000 ? -size : size
}

test('real numbers have 16 bits inside, whole numbers all of theirs, callers see neither', async () => {
  const signature = {
    x: { dtype: 'float32', shape: [3] },
    n: { dtype: 'int32', shape: [2] },
    pixels: { dtype: 'uint8', shape: [2] },
  } as const
  const program = await runtime.compile(
    'half',
    signature,
    ({ x, n, pixels }) => ({
      same: x,
      sum: tf.sum(tf.mul(x, 700)),
      whole: tf.mul(n, tf.scalar(3, 'int32')),
      cast: tf.div(tf.cast(pixels, 'float32'), 255),
    }),
    { precision: 'float16' },
  )
  const { same, sum, whole, cast } = await program.run({
    x: float32([3], [0.1, 1, 3]),
    n: int32([2], [2 ** 24 + 1, -5]),
    pixels: uint8([2], Uint8Array.of(255, 128)),
  })
  expect([...same.data]).toEqual([halved(0.1), 1, 3])
  expect(sum.data[0]).not.toBe(2870)
  expect(Math.abs((sum.data[0] ?? NaN) - 2870)).toBeLessThan(4)
  expect([...whole.data]).toEqual([3 * (2 ** 24 + 1), -15])
  expect(cast.data[0]).toBe(1)
  expect(Math.abs((cast.data[1] ?? NaN) - 128 / 255)).toBeLessThan(2 ** -11)
})

test('a loop is computed in 16 bits, its constants and constants of its own included', async () => {
  const weights = normal([20, 30])
  const signature = {
    constants: { weights: { dtype: 'float32', shape: [20, 30] } },
    carry: { sum: { dtype: 'float32', shape: [] } },
    each: { x: { dtype: 'float32', shape: [4, 20] } },
  } as const
  const offsets = Array.from({ length: 30 }, () => random.normal())
  const run = async (precision: 'float32' | 'float16') => {
    const loop = await runtime.loop(
      'layers',
      signature,
      ({ constants, carry, each }) => {
        const y = tf.relu(tf.add(tf.matMul(each.x, constants.weights), tf.tensor1d(offsets)))
        return { carry: { sum: tf.add(carry.sum, tf.mean(y)) }, out: { y } }
      },
      { precision },
    )
    return loop.run({
      constants: { weights },
      carry: { sum: float32([], [0]) },
      each: { x: inputs },
    })
  }
  const inputs = normal([3, 4, 20])
  const [full, half] = [await run('float32'), await run('float16')]
  expect(half.out.y.data.every((y) => y === halved(y))).toBe(true)
  const off = full.out.y.data.map((y, i) => Math.abs(y - (half.out.y.data[i] ?? NaN)))
  expect(Math.max(...off)).toBeGreaterThan(1e-5)
  expect(Math.max(...off)).toBeLessThan(0.05)
  expect(half.carry.sum.data[0]).toBeCloseTo(full.carry.sum.data[0] ?? NaN, 1)
})

test('what runs op by op refuses fewer bits', async () => {
  const eager = await createEagerRuntime('cpu')
  const compile = eager.compile('half', { x: { dtype: 'float32', shape: [] } }, ({ x }) => ({ x }), {
    precision: 'float16',
  })
  await expect(compile).rejects.toThrow('half: TensorFlow.js does not compute in float16')
  await eager.dispose()
})
