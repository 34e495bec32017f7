import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { float32, int32, sizeOf, type TensorSpec } from '../../values/host-tensor.ts'
import { RANDOM_MASK, type RandomMaskAttributes } from '../../values/random-mask.ts'
import type { Node } from '../graph/node.ts'
import { expectSame, f32, i32, randomTree, runOn, runtimes } from '../parity.fixture.ts'
import { trace } from '../trace/trace.ts'
import type { Named } from '../types.ts'
import { planBlocks } from './blocks.ts'
import { reachable } from '../graph/reachable.ts'

const BIG = [300, 784] as const
type Inputs = Readonly<Record<string, tf.Tensor>>
const get = (inputs: Inputs, name: string): tf.Tensor => inputs[name] as tf.Tensor

/** An optimizer's update: eight passes over memory, were they not computed block by block. */
function update(inputs: Inputs): Named<tf.Tensor> {
  const g = tf.mul(get(inputs, 'g'), get(inputs, 'mask'))
  const v = tf.add(tf.mul(get(inputs, 'v'), 0.9), tf.square(g))
  return { v, w: tf.sub(get(inputs, 'w'), tf.mul(tf.div(g, tf.sqrt(tf.add(v, 1e-3))), get(inputs, 'rate'))) }
}
const specs = { g: f32(...BIG), mask: f32(...BIG), v: f32(...BIG), w: f32(...BIG), rate: f32() }

async function blocksOf(
  signature: Readonly<Record<string, TensorSpec>>,
  fn: (inputs: Inputs) => Named<tf.Tensor>,
) {
  const { outputs } = await trace('f', signature, fn as never)
  const results = outputs.map((o) => o.leaf)
  return { results, blocks: planBlocks(reachable(results), new Set<Node>(results)) }
}
const positive = () => {
  const given = randomTree(specs)
  return { ...given, v: float32(BIG, Float32Array.from(given.v.data, Math.abs)) }
}

test('an update is one block: whole tensors in and out, nothing in between', async () => {
  const { results, blocks } = await blocksOf(specs, update)
  expect(blocks).toHaveLength(1)
  const [block] = blocks
  expect(block?.inputs).toHaveLength(4)
  expect(block?.outputs.toSorted((a, b) => a.id - b.id)).toEqual(results.toSorted((a, b) => a.id - b.id))
  expect(block?.nodes).toHaveLength(9)
  expect(block?.shape).toEqual([8, 29400])
})

test('small tensors, short chains and sizes without divisors are left alone', async () => {
  const count = async (shape: number[], fn: (x: tf.Tensor) => tf.Tensor) =>
    (await blocksOf({ x: f32(...shape) }, (i) => ({ y: fn(get(i, 'x')) }))).blocks.length
  const chain = (t: tf.Tensor): tf.Tensor => tf.exp(tf.neg(tf.sqrt(tf.add(tf.square(t), 1))))
  expect(await count([512, 512], chain)).toBe(1)
  expect(await count([100, 100], chain)).toBe(0)
  expect(await count([512, 512], (t) => tf.exp(tf.neg(t)))).toBe(0)
  expect(await count([200_003], chain)).toBe(0)
})

test('an update in blocks is that of the cpu backend, alone and in a loop that keeps it in blocks', async () => {
  const { onnx, cpu } = await runtimes()
  const given = positive()
  expectSame(await runOn(onnx, specs, given, update), await runOn(cpu, specs, given, update))
  const results = []
  for (const runtime of [onnx, cpu]) {
    const signature = {
      constants: { mask: specs.mask },
      carry: { v: specs.v, w: specs.w },
      each: { rate: f32() },
    }
    const loop = await runtime.loop('l', signature, ({ constants, carry, each }) => {
      const g = tf.sin(carry.w)
      const next = update({ ...constants, ...carry, ...each, g })
      return {
        carry: { v: next.v as tf.Tensor, w: next.w as tf.Tensor },
        out: { norm: tf.sum(tf.square(carry.w)), product: tf.matMul(carry.w, next.w as tf.Tensor, true) },
      }
    })
    results.push(
      await loop.run({
        constants: { mask: given.mask },
        carry: { v: given.v, w: given.w },
        each: { rate: float32([3], [0.1, 0.2, 0.3]) },
      }),
    )
    await loop.dispose()
  }
  expectSame(results[0], results[1])
  expect(results[0]?.carry.w.shape).toEqual(BIG)
})

test('a chain that leaves for a product and comes back is cut where it leaves', async () => {
  const { onnx, cpu } = await runtimes()
  const signature = { x: f32(512, 256), y: f32(256, 256), s: f32(1, 1) }
  const fn = (inputs: Inputs): Named<tf.Tensor> => {
    const x = get(inputs, 'x')
    const a = tf.exp(tf.neg(tf.square(tf.mul(x, get(inputs, 's')))))
    const product = tf.matMul(a, get(inputs, 'y'))
    const b = tf.tanh(tf.add(tf.mul(product, 0.01), a))
    const early = tf.sub(tf.mul(x, 3), 1)
    return {
      a,
      c: tf.where(tf.greater(b, 0.1), tf.mul(b, early), tf.cast(tf.cast(early, 'int32'), 'float32')),
      sum: tf.sum(b, 0),
    }
  }
  const { blocks } = await blocksOf(signature, fn)
  expect(blocks).toHaveLength(2)
  expect(blocks.flatMap((b) => b.nodes).every((n) => sizeOf(n.shape) === 512 * 256)).toBe(true)
  const given = randomTree(signature)
  expectSame(
    await runOn(onnx, signature, given, fn as never),
    await runOn(cpu, signature, given, fn as never),
  )
})

test('a product read by a sum with a bias and by a block is kept for both', async () => {
  const { onnx, cpu } = await runtimes()
  const signature = { x: f32(300, 300), w: f32(300, 300), b: f32(300) }
  const fn = (inputs: Inputs): Named<tf.Tensor> => {
    const z = tf.matMul(get(inputs, 'x'), get(inputs, 'w'))
    const gated = tf.mul(tf.add(tf.tanh(z), 1), tf.sigmoid(z))
    return { y: tf.add(tf.sum(tf.add(z, get(inputs, 'b'))), tf.sum(gated)) }
  }
  expect((await blocksOf(signature, fn)).blocks).toHaveLength(1)
  const given = randomTree(signature)
  expectSame(
    await runOn(onnx, signature, given, fn as never),
    await runOn(cpu, signature, given, fn as never),
  )
})

test('what is done to channels of images is one block of whole rows, with the mask that reads the same channels', async () => {
  const { onnx, cpu } = await runtimes()
  const signature = { x: f32(12, 20, 20, 24), bias: f32(24), slope: f32(1, 1, 1, 24), key: i32() }
  const fn = (inputs: Inputs): Named<tf.Tensor> => {
    const [x, bias] = [get(inputs, 'x'), get(inputs, 'bias')]
    const attributes: RandomMaskAttributes = { rows: 12 * 400, salt: 3, rate: 0.3 }
    const given = { key: get(inputs, 'key'), channels: bias }
    const mask: tf.Tensor = tf.engine().runKernel(RANDOM_MASK, given, { ...attributes })
    const kept = tf.mul(tf.relu(tf.add(x, bias)), tf.reshape(mask, x.shape))
    return { kept, y: tf.sub(bias, tf.mul(kept, get(inputs, 'slope'))) }
  }
  const { blocks } = await blocksOf(signature, fn)
  expect(blocks.map((b) => b.vectors.length)).toEqual([2])
  expect(blocks.map((b) => (b.shape[1] / 24) % 1)).toEqual([0])
  const given = { ...randomTree(signature), key: int32([], [7]) }
  expectSame(await runOn(onnx, signature, given, fn), await runOn(cpu, signature, given, fn))
})
