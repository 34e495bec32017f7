import type * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { expectSame, randomTree, runOn } from '../parity.fixture.ts'
import type { Tensors } from '../trace/case.fixture.ts'
import { cases } from '../trace/kernel-cases.fixture.ts'
import type { Named } from '../types.ts'
import { describeOnGpu } from './webgpu.fixture.ts'

/** Cases in which tfjs' WebGPU backend differs from its cpu backend, by number, and how. */
const DIFFERENT: Readonly<Record<string, readonly number[]>> = {
  // Tiny numbers: the logarithm of a rounded sum.
  Log1p: [1],
  // Integers are divided as real numbers of 24 bits; a divisor of zero gives what the GPU gives.
  FloorDiv: [1, 2],
  Mod: [1, 2],
  // Segments that do not exist are counted somewhere.
  UnsortedSegmentSum: [0],
  // Truth values cannot be transposed: refused by the GPU, and told as such.
  All: [1, 2, 3],
  Any: [1, 2, 3],
  // A number comes as a list of one.
  ArgMax: [2],
  // Of equal pixels the last one is the largest, not the first.
  MaxPoolGrad: [10],
}

await describeOnGpu('kernels of the webgpu runtime', ({ webgpu, cpu }) => {
  test.each(Object.entries(cases))('%s', async (kernel, list) => {
    const different: number[] = []
    for (const [i, { specs, values, fn }] of list.entries()) {
      const run = (inputs: Tensors): Named<tf.Tensor> =>
        Object.fromEntries([fn(inputs)].flat().map((t, j) => [`y${j}`, t]))
      const inputs = values ?? randomTree(specs, `${kernel} ${i}`)
      const signature = Object.fromEntries(
        Object.entries(specs).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
      )
      const reference = await runOn(cpu, signature, inputs, run as never)
      const same = runOn(webgpu, signature, inputs, run as never).then((found) => {
        expectSame(found, reference, 1e-3)
      })
      if (DIFFERENT[kernel]?.includes(i)) await same.catch(() => different.push(i))
      else await same
    }
    expect(different).toEqual(DIFFERENT[kernel] ?? [])
  })
})
