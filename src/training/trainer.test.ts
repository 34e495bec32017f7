import { deserialize, serialize } from 'node:v8'
import { expect, test } from 'vitest'
import {
  adadelta,
  adam,
  constant,
  defineModel,
  dense,
  flatten,
  logSoftmax,
  relu,
  sequential,
  sgd,
} from '../plugin/index.ts'
import { createEagerRuntime, createOnnxRuntime, type Runtime } from '../runtime/index.ts'
import type { Dataset, Examples } from '../values/dataset.ts'
import { float32, type NamedTensors } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import type { OptimizerSettings, TrainingSettings } from '../values/training-settings.ts'
import { countCorrect } from './evaluate.ts'
import { heldOut, train, type TrainingState } from './train.ts'
import { Trainer } from './trainer.ts'

const model = defineModel({
  summary: 'A small network.',
  input: [3, 2, 1],
  classes: 3,
  ...sequential(flatten(), dense('a', 6, 8, { bias: false }), relu(), dense('b', 8, 3), logSoftmax()),
})

/** Three classes told apart by which row of pixels is brightest. */
function examples(count: number, name: string): Examples {
  const random = stream(1, name)
  const labels = Uint8Array.from({ length: count }, () => random.integer(3))
  const images = new Uint8Array(count * 6)
  for (let i = 0; i < count; i++) {
    for (let p = 0; p < 6; p++) {
      images[i * 6 + p] = (Math.floor(p / 2) === labels[i] ? 120 : 20) + random.integer(100)
    }
  }
  return { count, images, labels }
}

const dataset: Dataset = {
  name: 'rows',
  shape: [3, 2, 1],
  classes: 3,
  mean: [0.3],
  std: [0.2],
  size: { train: 130, test: 57 },
  train: examples(130, 'train'),
  test: examples(57, 'test'),
}

const initial: NamedTensors = Object.fromEntries(
  model.parameters.map((p) => [p.name, float32(p.shape, p.init(p.shape, stream(1, p.name)))]),
)

const masks: NamedTensors = {
  'a/weight': float32(
    [8, 6],
    Float32Array.from({ length: 48 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
  ),
}

function settings(optimizer: OptimizerSettings, changes: Partial<TrainingSettings> = {}): TrainingSettings {
  return {
    optimizer,
    schedule: constant(),
    batchSize: 16,
    epochs: 3,
    validation: 0,
    testEveryEpoch: false,
    ...changes,
  }
}

async function withRuntime<T>(
  make: () => Promise<Runtime>,
  work: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const runtime = await make()
  try {
    return await work(runtime)
  } finally {
    await runtime.dispose()
  }
}
const onnx = () => createOnnxRuntime({ device: 'cpu', threads: 1 })
const reference = () => createEagerRuntime('cpu')

test.each([
  ['adadelta', adadelta()],
  ['momentum and weight decay', sgd({ momentum: 0.9, weightDecay: 0.01 })],
  ['adam with weight decay', adam({ weightDecay: 0.1 })],
])('masked weights stay exactly zero for the whole training: %s', async (_, optimizer) => {
  await withRuntime(onnx, async (runtime) => {
    const trained = await train(
      { runtime, model, dataset, settings: settings(optimizer), seed: 1, params: initial, masks },
      () => undefined,
    )
    const weights = trained.params['a/weight']?.data ?? []
    expect([...weights].filter((w, i) => i % 3 !== 0 && w !== 0)).toEqual([])
    expect([...weights].filter((w, i) => i % 3 === 0 && w === initial['a/weight']?.data[i])).toEqual([])
  })
})

test('the compiled training follows the eager reference', async () => {
  const after = (make: () => Promise<Runtime>) =>
    withRuntime(make, async (runtime) => {
      const trainer = new Trainer({
        runtime,
        model,
        dataset,
        settings: settings(adadelta()),
        seed: 1,
        params: initial,
        masks,
      })
      const loss = await trainer.trainTo(12, () => undefined)
      return { loss, params: trainer.params }
    })
  const [a, b] = [await after(onnx), await after(reference)]
  expect(a.loss).toBeCloseTo(b.loss, 5)
  for (const { name } of model.parameters) {
    const [x, y] = [[...(a.params[name]?.data ?? [])], [...(b.params[name]?.data ?? [])]]
    const distance = Math.hypot(...x.map((v, i) => v - (y[i] ?? 0))) / Math.hypot(...y)
    expect(distance).toBeLessThan(1e-5)
  }
})

test('training in pieces equals training at once, bit for bit', async () => {
  await withRuntime(onnx, async (runtime) => {
    const run = async (stops: readonly number[]) => {
      const trainer = new Trainer({
        runtime,
        model,
        dataset,
        settings: settings(adadelta()),
        seed: 4,
        params: initial,
      })
      for (const stop of stops) await trainer.trainTo(stop, () => undefined)
      return trainer.params['a/weight']?.data
    }
    expect(await run([1, 5, 9, 20])).toEqual(await run([20]))
  })
})

test('a whole training goes on from any epoch that was saved, to the same result', async () => {
  await withRuntime(onnx, async (runtime) => {
    const task = {
      runtime,
      model,
      dataset,
      settings: settings(adam(), { epochs: 4, validation: 30, testEveryEpoch: true }),
      seed: 3,
      params: initial,
    }
    const states: Uint8Array[] = []
    const save = (state: () => TrainingState) => states.push(serialize(state()))
    const whole = await train(task, () => undefined, { saved: undefined, save })
    expect(states).toHaveLength(3)
    for (const [i, state] of states.entries()) {
      const steps: number[] = []
      const saved = deserialize(state) as TrainingState
      const rest = await train(task, ({ step }) => steps.push(step), { saved, save: () => undefined })
      expect(rest).toEqual(whole)
      expect(Math.min(...steps)).toBe(saved.checkpoint.step)
      expect(saved.epochs).toHaveLength(i + 1)
    }
  })
})

test('it learns, and reports last, validation-selected and best-on-test accuracy apart', async () => {
  await withRuntime(onnx, async (runtime) => {
    const trained = await train(
      {
        runtime,
        model,
        dataset,
        settings: settings(adadelta(), { epochs: 8, validation: 30, testEveryEpoch: true }),
        seed: 1,
        params: initial,
      },
      () => undefined,
    )
    expect(trained.epochs.map((e) => e.epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(trained.epochs.at(-1)?.loss).toBeLessThan(trained.epochs[0]?.loss ?? 0)
    expect(trained.last).toEqual({ epoch: 8, ...trained.epochs.at(-1)?.test })
    expect(trained.last.correct / trained.last.total).toBeGreaterThan(0.8)
    const best = Math.max(...trained.epochs.map((e) => e.validation?.correct ?? 0))
    const first = trained.epochs.find((e) => e.validation?.correct === best)
    expect(trained.validationSelected).toEqual({ epoch: first?.epoch, ...first?.test })
    expect(trained.bestOnTest?.correct).toBe(Math.max(...trained.epochs.map((e) => e.test?.correct ?? 0)))
  })
})

test('the test set is not read during training unless asked', async () => {
  await withRuntime(onnx, async (runtime) => {
    const { epochs, bestOnTest, validationSelected } = await train(
      { runtime, model, dataset, settings: settings(adadelta()), seed: 1, params: initial },
      () => undefined,
    )
    expect(epochs.every((e) => e.test === null && e.validation === null)).toBe(true)
    expect([bestOnTest, validationSelected]).toEqual([null, null])
  })
})

test('accuracy is a count over a count, however the images are batched', async () => {
  await withRuntime(onnx, async (runtime) => {
    const count = (batch: number) => countCorrect(runtime, model, dataset, initial, dataset.test, batch)
    const whole = await count(57)
    expect(whole.total).toBe(57)
    for (const batch of [1000, 20, 8]) expect(await count(batch)).toEqual(whole)
  })
})

test('held-out images are the last ones, and are not trained on', () => {
  const held = heldOut(dataset.train, 10)
  expect([...(held?.labels ?? [])]).toEqual([...dataset.train.labels.slice(120)])
  expect([...(held?.images ?? [])]).toEqual([...dataset.train.images.slice(120 * 6)])
  expect(heldOut(dataset.train, 0)).toBeNull()
})

test('a loss that is no number ends training with a message that says where and what to do', async () => {
  await withRuntime(onnx, async (runtime) => {
    const trainer = new Trainer({
      runtime,
      model,
      dataset,
      settings: settings(sgd({ learningRate: 1e30 })),
      seed: 1,
      params: initial,
    })
    await expect(trainer.trainTo(40, () => undefined)).rejects.toThrow(
      /training diverged: the loss is .* at step \d+/,
    )
  })
})

test('an update that spoils the weights is found even where no loss was taken after it', async () => {
  const runtime = await onnx()
  const wild = settings(sgd({ learningRate: 1e38, weightDecay: 1e38 }))
  const trainer = new Trainer({ runtime, model, dataset, settings: wild, seed: 1, params: initial })
  await expect(trainer.trainTo(1, () => undefined)).rejects.toThrow(
    /training diverged: a weight is .* at step 1/,
  )
  await runtime.dispose()
})

test('weights that are numbers, but too large to compute with after the last step, end training, too', async () => {
  await withRuntime(onnx, async (runtime) => {
    // One step from where the loss is a number; the products of what it leaves overflow.
    const wild = settings(sgd({ learningRate: 1e36 }), { batchSize: 120, epochs: 1, validation: 10 })
    const task = { runtime, model, dataset, settings: wild, seed: 1, params: initial }
    const trainer = new Trainer(task)
    expect(await trainer.trainTo(1, () => undefined)).toBeGreaterThan(0)
    await expect(train(task, () => undefined)).rejects.toThrow(/no accuracy: some of its outputs are NaN/)
  })
})

test('holding out all images is refused', async () => {
  const runtime = await onnx()
  const all = settings(sgd(), { validation: 130 })
  const make = () => new Trainer({ runtime, model, dataset, settings: all, seed: 1, params: initial })
  expect(make).toThrow(/training.validation is 130, but rows has only 130/)
  await runtime.dispose()
})

test('the loss of an epoch is the mean over its images: a last batch of two counts for two', async () => {
  await withRuntime(onnx, async (runtime) => {
    const trainer = new Trainer({
      ...{ runtime, model, dataset, settings: settings(sgd()), seed: 1, params: initial },
    })
    const losses: number[] = []
    const loss = await trainer.trainTo(9, (_, told) => losses.push(...told))
    const sum = losses.reduce((total, one, i) => total + one * (i < 8 ? 16 : 2), 0)
    expect(losses).toHaveLength(9)
    expect(loss).toBeCloseTo(sum / 130, 12)
  })
})
