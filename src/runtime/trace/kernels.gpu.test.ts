import type * as tf from '@tensorflow/tfjs-core'
import { gpuRuntime, gpuTest } from '../gpu.fixture.ts'
import { expectSame, randomTree, runOn, runtimes } from '../parity.fixture.ts'
import type { Named } from '../types.ts'
import type { Tensors } from './case.fixture.ts'
import { cases } from './kernel-cases.fixture.ts'

/** WebGPU lets a device be so far off; sines and exponentials of software are. */
const TOLERANCE = 1e-3

/** Cases that ask for more than WebGPU promises, and why. */
const BEYOND: Readonly<Record<string, string>> = {
  'Log1p 1': 'logarithms near zero are exact to 2⁻²¹ in absolute terms only',
  'Step 3': 'shaders may take it that nothing is NaN or infinite',
  'Mod 2': 'shaders may take it that nothing is NaN or infinite',
}

gpuTest.each(Object.entries(cases))(
  '%s computes on the GPU what the cpu backend computes',
  async (kernel, list) => {
    const { cpu } = await runtimes()
    const within = [...list.entries()].filter(([i]) => !(`${kernel} ${i}` in BEYOND))
    for (const [i, { specs, values, fn }] of within) {
      const run = (inputs: Tensors): Named<tf.Tensor> =>
        Object.fromEntries([fn(inputs)].flat().map((t, j) => [`y${j}`, t]))
      const inputs = values ?? randomTree(specs, `${kernel} ${i}`)
      const signature = Object.fromEntries(
        Object.entries(specs).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
      )
      const there = await runOn(gpuRuntime(), signature, inputs, run as never)
      expectSame(there, await runOn(cpu, signature, inputs, run as never), TOLERANCE)
    }
  },
)
