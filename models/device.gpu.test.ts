// Every model here trains and is evaluated on a GPU as on the processor, and no part of it leaves the device.
import { constant, sgd, stream } from 'prune-bench'
import type { Dataset, Model, TrainingSettings } from 'prune-bench'
import { expect } from 'vitest'
import { models } from '../src/plugin/models.fixture.ts'
import { initialised } from '../src/plugin/network.fixture.ts'
import { gpuTest, strictGpuRuntime } from '../src/runtime/gpu.fixture.ts'
import { expectSame, runtimes } from '../src/runtime/parity.fixture.ts'
import { countCorrect, Trainer } from '../src/training/index.ts'
import { sizeOf } from '../src/values/host-tensor.ts'

const IMAGES = 8
const settings: TrainingSettings = {
  optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }),
  schedule: constant(),
  batchSize: 4,
  epochs: 1,
  validation: 0,
  testEveryEpoch: false,
}

function drawnDataset({ input, classes }: Model): Dataset {
  const random = stream(1, 'examples')
  const bytes = (length: number, below: number) => Uint8Array.from({ length }, () => random.integer(below))
  const examples = {
    count: IMAGES,
    images: bytes(IMAGES * sizeOf(input), 256),
    labels: bytes(IMAGES, classes),
  }
  const [mean = [], std = []] = [0.5, 0.25].map((value) => Array.from({ length: input[2] }, () => value))
  const size = { train: IMAGES, test: IMAGES }
  return { name: 'drawn', shape: input, classes, mean, std, size, train: examples, test: examples }
}

gpuTest.each(models)('%s', async (_, model) => {
  const dataset = drawnDataset(model)
  const params = initialised(model, 3)
  const strict = await strictGpuRuntime()
  const { onnx } = await runtimes()
  const results = []
  for (const runtime of [strict, onnx]) {
    const trainer = new Trainer({ runtime, model, dataset, settings, seed: 3, params })
    await trainer.trainTo(2, () => undefined)
    const { correct } = await countCorrect(runtime, model, dataset, params, dataset.test)
    results.push({ params: trainer.params, correct })
  }
  await strict.dispose()
  const [there, here] = results
  expectSame(there?.params, here?.params, 1e-3)
  expect(there?.correct).toBe(here?.correct)
})
