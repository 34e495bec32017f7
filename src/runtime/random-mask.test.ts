import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { float32, int32, type HostTensor } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { randomMask } from '../values/random-mask.ts'
import { stream } from '../values/random.ts'
import type { Node } from './graph/node.ts'
import { planBlocks } from './onnx/blocks.ts'
import { reachable } from './graph/reachable.ts'
import { f32, i32, randomTensor, runOn, runtimes } from './parity.fixture.ts'
import { maskOf } from './trace/random-mask-cases.fixture.ts'
import { trace } from './trace/trace.ts'

const counted = (n: number) =>
  float32(
    [n],
    Float32Array.from({ length: n }, (_, i) => (i * 7) % 1024),
  )
const keyOf = (value: number) => int32([], [value])
const draws = stream('keys', 'test')
const anyKey = (): number => draws.integer(2 ** 32) - 2 ** 31

/** Checks that two lists of numbers have the same bits. */
function expectBits(actual: HostTensor | undefined, expected: Float32Array): void {
  if (actual?.dtype !== 'float32') throw new Error('no mask')
  const bytes = (a: Float32Array) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)
  expect(actual.data.length).toBe(expected.length)
  expect(bytes(actual.data).equals(bytes(expected))).toBe(true)
}

test.each([
  ['few entries', 13, 5],
  ['blocks of whole rows', 2304, 64],
  ['one channel', 131_072, 1],
  ['one row', 1, 131_072],
  ['a number of rows that cannot be divided', 40_009, 3],
])('a compiled mask of %s has the bits of the reference', async (_, rows, size) => {
  const { onnx } = await runtimes()
  const attrs = { rows, salt: 3, rate: 0.3 }
  const channels = counted(size)
  const program = await onnx.compile('mask', { key: i32(), channels: f32(size) }, (given) => ({
    mask: maskOf(given.key, given.channels, attrs),
  }))
  for (const key of [0, -1, 2 ** 31 - 1, -(2 ** 31), ...Array.from({ length: 6 }, anyKey)]) {
    const { mask } = await program.run({ key: keyOf(key), channels })
    expect(mask.shape).toEqual([rows, size])
    expectBits(mask, randomMask(key, channels.data, attrs))
  }
  await program.dispose()
})

test('on the eager runtimes a mask has the same bits', async () => {
  const { cpu, wasm } = await runtimes()
  const attrs = { rows: 300, salt: -7, rate: 0.45 }
  const given = { key: keyOf(anyKey()), channels: counted(33) }
  for (const runtime of [cpu, wasm]) {
    const { mask, twice } = await runOn(runtime, { key: i32(), channels: f32(33) }, given, (t) => {
      const mask = maskOf(t.key, t.channels, attrs)
      return { mask, twice: tf.add(mask, mask) }
    })
    const reference = randomMask(given.key.data[0] as number, given.channels.data, attrs)
    expectBits(mask as HostTensor, reference)
    expectBits(
      twice as HostTensor,
      reference.map((m) => 2 * m),
    )
  }
})

test('a loop draws by the key of each step', async () => {
  const { onnx, cpu } = await runtimes()
  const attrs = { rows: 4096, salt: 1, rate: 0.3 }
  const channels = counted(48)
  const keys = Int32Array.from({ length: 4 }, anyKey)
  const x = randomTensor(f32(16, 16, 16, 48), 'x') as ReturnType<typeof float32>
  const signature = {
    constants: { channels: f32(48) },
    carry: { x: f32(16, 16, 16, 48) },
    each: { key: i32() },
  }
  for (const runtime of [onnx, cpu]) {
    const loop = await runtime.loop('dropout', signature, ({ constants, carry, each }) => {
      const mask = tf.reshape(maskOf(each.key, constants.channels, attrs), carry.x.shape)
      return { carry: { x: tf.mul(carry.x, mask) }, out: { mask } }
    })
    const { carry, out } = await loop.run({
      constants: { channels },
      carry: { x },
      each: { key: int32([keys.length], keys) },
    })
    const masks = [...keys].map((key) => randomMask(key, channels.data, attrs))
    expectBits(out.mask, Float32Array.from(masks.flatMap((mask) => [...mask])))
    expectBits(
      carry.x,
      masks.reduce((kept, mask) => kept.map((value, i) => value * (mask[i] as number)), x.data),
    )
    await loop.dispose()
  }
})

test('the gradient of the sum of what is left is the mask', async () => {
  const { onnx, cpu, wasm } = await runtimes()
  const attrs = { rows: 8 * 36, salt: 2, rate: 0.5 }
  const signature = { key: i32(), channels: f32(256), x: f32(8, 6, 6, 256) }
  const given = { key: keyOf(99), channels: counted(256), x: randomTensor(signature.x, 'x') as never }
  for (const runtime of [onnx, cpu, wasm]) {
    const { slope } = await runOn(runtime, signature, given, ({ key, channels, x }) => {
      const { grads } = tf.valueAndGrads((a: tf.Tensor) => {
        const mask = tf.reshape(maskOf(key, channels, attrs), a.shape)
        return tf.sum<tf.Scalar>(tf.mul(a, mask))
      })([x])
      return { slope: grads[0] as tf.Tensor }
    })
    expectBits(slope as HostTensor, randomMask(99, given.channels.data, attrs))
  }
})

test('a large mask is drawn in the block of what is multiplied by it', async () => {
  const signature = { key: i32(), channels: f32(64), x: f32(16, 15, 15, 64) }
  const { outputs } = await trace('f', signature, ((given: Record<'key' | 'channels' | 'x', tf.Tensor>) => {
    const mask = maskOf(given.key, given.channels, { rows: 16 * 225, salt: 0, rate: 0.3 })
    return { y: tf.mul(tf.relu(given.x), tf.reshape(mask, [16, 15, 15, 64])) }
  }) as never)
  const results = outputs.map((o) => o.leaf)
  const blocks = planBlocks(reachable(results), new Set<Node>(results))
  expect(blocks.map((b) => b.nodes.map((n) => n.op.kind).sort())).toEqual([['binary', 'randomMask', 'unary']])
  expect(blocks[0]?.inputs.map((n) => n.shape)).toEqual([[16, 15, 15, 64], [16 * 225]])
  expect(3600 % (blocks[0]?.shape[0] ?? 0)).toBe(0)
})

test('a call that no mask can be drawn for is refused everywhere', async () => {
  const { onnx, cpu } = await runtimes()
  const given = { key: int32([1], [1]), scalar: keyOf(1), channels: counted(3) }
  const signature = { key: i32(1), scalar: i32(), channels: f32(3) }
  for (const runtime of [onnx, cpu]) {
    const refused = (fn: (t: Record<keyof typeof signature, tf.Tensor>) => tf.Tensor): Promise<unknown> =>
      runOn(runtime, signature, given, (t) => ({ y: fn(t) }))
    await expect(refused((t) => maskOf(t.scalar, t.channels, { rows: 2, salt: 0, rate: 1 }))).rejects.toThrow(
      Problem,
    )
    await expect(refused((t) => maskOf(t.key, t.channels, { rows: 2, salt: 0, rate: 0.5 }))).rejects.toThrow(
      'key is int32 [1]',
    )
    await expect(
      refused((t) => maskOf(t.scalar, tf.reshape(t.channels, [1, 3]), { rows: 2, salt: 0, rate: 0.5 })),
    ).rejects.toThrow('channels is float32 [1, 3]')
  }
})
