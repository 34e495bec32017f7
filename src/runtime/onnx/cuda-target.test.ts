// What is written for GPUs, computed by the processor. Whether an NVIDIA GPU computes it, only one can tell.
import type * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { CNN_BATCH, cnnInputs } from '../cnn-inputs.fixture.ts'
import { cnnStep, cnnTraining } from '../cnn.fixture.ts'
import { createCudaRuntime } from '../start.ts'
import { trainingInputs } from '../mlp-inputs.fixture.ts'
import { trainingStep } from '../mlp.fixture.ts'
import { expectSame, randomTree, runOn, runtimes } from '../parity.fixture.ts'
import type { Tensors } from '../trace/case.fixture.ts'
import { cases } from '../trace/kernel-cases.fixture.ts'
import type { LoopSignature, Named } from '../types.ts'

const runtime = await createCudaRuntime({ stacked: false, provider: 'cpu' })

test.each(Object.entries(cases))(
  '%s is written for GPUs as the cpu backend computes it',
  async (kernel, list) => {
    const { cpu } = await runtimes()
    for (const [i, { specs, values, fn }] of list.entries()) {
      // A remainder is what a multiple of the divisor leaves; of an infinite one there is none.
      if (kernel === 'Mod' && i === 2) continue
      const run = (inputs: Tensors): Named<tf.Tensor> =>
        Object.fromEntries([fn(inputs)].flat().map((t, j) => [`y${j}`, t]))
      const inputs = values ?? randomTree(specs, `${kernel} ${i}`)
      const signature = Object.fromEntries(
        Object.entries(specs).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
      )
      const there = await runOn(runtime, signature, inputs, run as never)
      expectSame(there, await runOn(cpu, signature, inputs, run as never))
    }
  },
)

test('steps of training are those of the cpu backend, one network by itself and two at once', async () => {
  const { cpu } = await runtimes()
  const stacked = await createCudaRuntime({ provider: 'cpu' })
  const mlp = trainingInputs(16, 4)
  const trainings = [
    { signature: mlp.signature, step: trainingStep, given: mlp.given },
    { signature: cnnTraining(CNN_BATCH) as LoopSignature, step: cnnStep, given: cnnInputs() },
  ]
  for (const { signature, step, given } of trainings) {
    const [alone, company, reference] = await Promise.all(
      [runtime, stacked, cpu].map((of) => of.loop('train', signature, step as never)),
    )
    const expected = await reference?.run(given)
    expectSame(await alone?.run(given), expected, 1e-4)
    for (const one of (await company?.runAll([given, given] as never)) ?? []) expectSame(one, expected, 1e-4)
  }
})

test('where the CUDA provider is not installed that is said, with what it needs', async () => {
  await expect(createCudaRuntime()).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/^the cuda runtime does not run here: /) as string,
    hint: expect.stringContaining('--runtime onnx --device gpu') as string,
  })
})
