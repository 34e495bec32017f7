import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { float32 } from '../values/host-tensor.ts'
import { gpuRuntime, gpuTest } from './gpu.fixture.ts'

gpuTest('a GPU computes in 16 bits where that is asked for, in programs and in loops', async () => {
  const x = float32([4], [0.1, 1, 3, 2047])
  // From 2,048 on float16 has even numbers only; of two as near, the one whose last bit is 0.
  const expected = [2048, 2048, 2052, 4096]
  const program = await gpuRuntime().compile(
    'half',
    { x: { dtype: 'float32', shape: [4] } },
    (given) => ({ sum: tf.add(given.x, 2048) }),
    { precision: 'float16' },
  )
  const { sum } = await program.run({ x })
  expect([...sum.data]).toEqual(expected)

  const loop = await gpuRuntime().loop(
    'half steps',
    {
      constants: {},
      carry: { total: { dtype: 'float32', shape: [4] } },
      each: { x: { dtype: 'float32', shape: [4] } },
    },
    ({ carry, each }) => {
      const total = tf.add(carry.total, each.x)
      return { carry: { total }, out: { total } }
    },
    { precision: 'float16' },
  )
  const { carry, out } = await loop.run({
    constants: {},
    carry: { total: float32([4], [2048, 2048, 2048, 2048]) },
    each: { x: float32([2, 4], [...x.data, 0, 0, 0, 0]) },
  })
  expect([...carry.total.data]).toEqual(expected)
  expect([...out.total.data]).toEqual([...expected, ...expected])
})
