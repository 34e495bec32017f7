import { expect } from 'vitest'
import {
  adadelta,
  constant,
  defineModel,
  dense,
  flatten,
  logSoftmax,
  relu,
  sequential,
  sgd,
  type Model,
} from '../plugin/index.ts'
import { expectSame, runtimes } from '../runtime/parity.fixture.ts'
import { gpuTest, strictGpuRuntime } from '../runtime/gpu.fixture.ts'
import { float32, type NamedTensors } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import { drawnDataset, initialNetwork, smallCnn } from './cnn.fixture.ts'
import { countCorrect } from './evaluate.ts'
import { Trainer, type TrainingTask } from './trainer.ts'

const settings: TrainingSettings = {
  optimizer: sgd({ learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 }),
  schedule: constant(),
  batchSize: 12,
  epochs: 3,
  validation: 0,
  testEveryEpoch: false,
}
const model = smallCnn(0.3)
const dataset = drawnDataset(60, 24)

const mlp = defineModel({
  summary: 'A small network.',
  input: [...model.input],
  classes: model.classes,
  ...sequential(flatten(), dense('a', 72, 40), relu(), dense('b', 40, 3), logSoftmax()),
})
const initialOf = (of: Model): NamedTensors =>
  of === model
    ? initialNetwork(model)
    : Object.fromEntries(
        of.parameters.map((p) => [p.name, float32(p.shape, p.init(p.shape, stream(1, p.name)))]),
      )
const half: NamedTensors = {
  'a/weight': float32(
    [40, 72],
    Float32Array.from({ length: 40 * 72 }, (_, i) => ((i * 7) % 5 > 2 ? 0 : 1)),
  ),
}

const tasks: Readonly<Record<string, Omit<TrainingTask, 'runtime'>>> = {
  'a CNN with dropout, batch-norm and momentum': {
    model,
    dataset,
    settings,
    seed: 5,
    params: initialOf(model),
  },
  'a masked MLP with Adadelta': {
    model: mlp,
    dataset,
    settings: { ...settings, optimizer: adadelta() },
    seed: 5,
    params: initialOf(mlp),
    masks: half,
  },
}

gpuTest.each(Object.entries(tasks))('%s trains on the GPU as on the processor', async (_, task) => {
  const { onnx } = await runtimes()
  const trained = []
  for (const runtime of [await strictGpuRuntime(), onnx]) {
    const trainer = new Trainer({ runtime, ...task })
    const losses: number[] = []
    await trainer.trainTo(12, (__, taken) => losses.push(...taken))
    const correct = await countCorrect(runtime, task.model, dataset, trainer.params, dataset.test)
    trained.push({ losses, params: trainer.params, correct })
  }
  const [there, here] = trained
  expectSame(there?.params, here?.params, 1e-3)
  for (const [i, loss] of (here?.losses ?? []).entries()) expect(there?.losses[i]).toBeCloseTo(loss, 3)
  expect(there?.losses).toHaveLength(12)
  expect(there?.correct).toEqual(here?.correct)
  const masks = task.masks ?? {}
  for (const [name, { data }] of Object.entries(masks))
    expect(there?.params[name]?.data.every((w, i) => data[i] === 1 || w === 0)).toBe(true)
})
