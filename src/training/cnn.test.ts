import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { constant, sgd } from '../plugin/index.ts'
import { createEagerRuntime, createOnnxRuntime, type Runtime } from '../runtime/index.ts'
import { float32, type NamedTensors } from '../values/host-tensor.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import { checkpointFrom, checkpointTensors, networkTensors } from './checkpoint.ts'
import { drawnDataset, initialNetwork, smallCnn, withoutFilters } from './cnn.fixture.ts'
import { countCorrect } from './evaluate.ts'
import { batchGradients } from './signals.ts'
import { train } from './train.ts'
import { Trainer, type TrainingTask } from './trainer.ts'

let onnx: Runtime
let cpu: Runtime
beforeAll(async () => {
  onnx = await createOnnxRuntime({ device: 'cpu', threads: 1 })
  cpu = await createEagerRuntime('cpu')
})
afterAll(() => Promise.all([onnx.dispose(), cpu.dispose()]))

const certain = smallCnn(0)
const random = smallCnn(0.3)
const initial = initialNetwork(certain)
const settings: TrainingSettings = {
  optimizer: sgd({ learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 }),
  schedule: constant(),
  batchSize: 12,
  epochs: 3,
  validation: 0,
  testEveryEpoch: false,
}

function taskOf(runtime: Runtime, changes: Partial<TrainingTask> = {}): TrainingTask {
  const dataset = drawnDataset(12, 12)
  return { runtime, model: certain, dataset, settings, seed: 5, params: initial, ...changes }
}

function numbers(tensors: NamedTensors, name: string): number[] {
  return [...(tensors[name]?.data ?? [])]
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((x, i) => x - (b[i] ?? NaN))) / Math.hypot(...b)
}

/**
 * PyTorch 1.13 in double precision: Conv2d, ReLU, BatchNorm2d, Flatten, Linear with the fixture's numbers, three steps
 * of torch.optim.SGD(lr=.05, momentum=.9, weight_decay=1e-4) on the cross-entropy of all 12 images; axes permuted to
 * ours. Of the two large tensors the first four entries, the sum and the norm.
 */
const pytorch = {
  losses: [1.3222494522796182, 0.9256977458184431, 0.6674967788234394],
  small: {
    'conv/bias': [0.049938954825513866, 0.0842180564555195, -0.07045044545725819, 0.052060338641492315],
    'norm/scale': [1.0466269737129896, 1.1620989587656292, 1.0456078992170437, 0.8407913796874147],
    'norm/offset': [0.1274520876480304, 0.202593312088345, 0.125739948981149, -0.04888820881536019],
    'norm/mean': [0.11752799612667224, 0.07333679396278882, 0.022074665555974805, 0.07447938069003246],
    'norm/variance': [0.7733908923835503, 0.7770721021897768, 0.7416162040812564, 0.7644324085742029],
    'dense/bias': [0.004061806031456839, 0.10410293888677291, 0.07329861724041208],
  },
  large: {
    'conv/filter': {
      head: [0.1522389730144805, 0.25386882400731864, -0.09075519020666077, -0.20854424346521486],
      sum: 0.7098771186420195,
      norm: 1.8504381788164357,
    },
    'dense/weight': {
      head: [0.07523634548146053, 0.15489883410050878, 0.08075369114026276, -0.11404003564953547],
      sum: 0.3509213254805502,
      norm: 1.9782593606861525,
    },
  },
  /** In eval mode afterwards. */
  correct: 7,
}

test.each(['onnx', 'cpu'] as const)(
  'three steps with batch-norm, momentum and weight decay are those of PyTorch: %s',
  async (name) => {
    const runtime = name === 'onnx' ? onnx : cpu
    const trainer = new Trainer(taskOf(runtime))
    const losses: number[] = []
    for (const to of [1, 2, 3]) losses.push(await trainer.trainTo(to, () => undefined))
    expect(distance(losses, pytorch.losses)).toBeLessThan(1e-6)
    const { params } = trainer
    for (const [tensor, expected] of Object.entries(pytorch.small))
      expect(distance(numbers(params, tensor), expected), tensor).toBeLessThan(2e-6)
    for (const [tensor, { head, sum, norm }] of Object.entries(pytorch.large)) {
      const found = numbers(params, tensor)
      expect(distance(found.slice(0, 4), head), tensor).toBeLessThan(2e-6)
      expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 5)
      expect(Math.hypot(...found)).toBeCloseTo(norm, 5)
    }
    // What the forward pass does not return stays.
    expect(numbers(params, 'drop/channels')).toEqual([0, 1, 2, 3])
    const { dataset } = taskOf(runtime)
    expect(await countCorrect(runtime, certain, dataset, params, dataset.train)).toEqual({
      correct: pytorch.correct,
      total: 12,
    })
  },
)

test('a step with dropout is that of the eager reference, in every tensor', async () => {
  const after = async (runtime: Runtime) => {
    const trainer = new Trainer(taskOf(runtime, { model: random }))
    const loss = await trainer.trainTo(1, () => undefined)
    return { loss, tensors: checkpointTensors(trainer.checkpoint()) }
  }
  const [a, b] = [await after(onnx), await after(cpu)]
  expect(a.loss).toBeCloseTo(b.loss, 6)
  expect(a.loss).not.toBeCloseTo(pytorch.losses[0] ?? 0, 2)
  expect(Object.keys(a.tensors)).toEqual(Object.keys(b.tensors))
  for (const name of Object.keys(a.tensors))
    expect(distance(numbers(a.tensors, name), numbers(b.tensors, name)), name).toBeLessThan(1e-5)
})

test('running statistics move by a tenth towards the batch’s mean and unbiased variance', async () => {
  const trainer = new Trainer(taskOf(onnx))
  await trainer.trainTo(1, () => undefined)
  const { train: examples, mean, std } = drawnDataset(12, 0)
  const [filter, bias] = [numbers(initial, 'conv/filter'), numbers(initial, 'conv/bias')]
  const pixel = (image: number, y: number, x: number, c: number) =>
    ((examples.images[((image * 6 + y) * 6 + x) * 2 + c] ?? NaN) / 255 - (mean[c] ?? NaN)) / (std[c] ?? NaN)
  for (const f of [0, 1, 2, 3]) {
    const values: number[] = []
    for (let image = 0; image < 12; image++)
      for (let place = 0; place < 16; place++) {
        let sum = bias[f] ?? NaN
        for (let k = 0; k < 18; k++) {
          const [dy, dx, c] = [Math.floor(k / 6), Math.floor(k / 2) % 3, k % 2]
          sum += pixel(image, Math.floor(place / 4) + dy, (place % 4) + dx, c) * (filter[k * 4 + f] ?? NaN)
        }
        values.push(Math.max(sum, 0))
      }
    const average = values.reduce((a, b) => a + b, 0) / values.length
    const variance = values.reduce((a, v) => a + (v - average) ** 2, 0) / (values.length - 1)
    expect(numbers(trainer.params, 'norm/mean')[f]).toBeCloseTo(0.1 * average, 6)
    expect(numbers(trainer.params, 'norm/variance')[f]).toBeCloseTo(0.9 + 0.1 * variance, 6)
  }
})

test('training that is resumed gives the same bits as training without a break', async () => {
  const dataset = drawnDataset(30, 10)
  const changes = { model: random, dataset, settings: { ...settings, batchSize: 8 } }
  const whole = new Trainer(taskOf(onnx, changes))
  await whole.trainTo(10, () => undefined)
  let tensors: NamedTensors | undefined
  let step = 0
  for (const to of [3, 4, 10]) {
    const resume = tensors && checkpointFrom(tensors, step)
    const trainer = new Trainer(taskOf(onnx, { ...changes, ...(resume && { resume }) }))
    expect(trainer.step).toBe(step)
    await trainer.trainTo(to, () => undefined)
    tensors = checkpointTensors(trainer.checkpoint())
    step = to
  }
  expect(tensors).toEqual(checkpointTensors(whole.checkpoint()))
  expect(networkTensors(tensors ?? {})).toEqual(whole.params)
  const other = new Trainer(taskOf(onnx, { ...changes, seed: 6 }))
  await other.trainTo(10, () => undefined)
  expect(other.params).not.toEqual(whole.params)
})

test('how many steps one call takes does not change the result', async () => {
  const dataset = drawnDataset(120, 10)
  const after = async (stops: readonly number[]) => {
    const trainer = new Trainer(
      taskOf(onnx, { model: random, dataset, settings: { ...settings, batchSize: 4 } }),
    )
    for (const stop of stops) await trainer.trainTo(stop, () => undefined)
    return checkpointTensors(trainer.checkpoint())
  }
  const single = Array.from({ length: 24 }, (_, i) => i + 1)
  expect(await after([1, 3, 24])).toEqual(await after(single))
})

test('masked weights stay exactly zero under momentum, weight decay and batch-norm', async () => {
  const alternating = (name: string) => {
    const { shape, data } = initial[name] ?? float32([], [])
    return float32(
      shape,
      Float32Array.from(data, (_, i) => i % 2),
    )
  }
  const names = ['conv/filter', 'conv/bias', 'norm/scale', 'norm/offset', 'dense/weight']
  const masks = Object.fromEntries(names.map((name) => [name, alternating(name)]))
  const strong = sgd({ learningRate: 0.05, momentum: 0.9, weightDecay: 0.1 })
  const task = taskOf(onnx, { model: random, masks, settings: { ...settings, optimizer: strong } })
  const full = new Trainer({ ...task, masks: {} })
  await full.trainTo(5, () => undefined)
  // From the beginning, and from where a full network has momentum.
  for (const trainer of [new Trainer(task), new Trainer({ ...task, resume: full.checkpoint() })]) {
    await trainer.trainTo(20, () => undefined)
    for (const name of names) {
      const values = numbers(trainer.params, name)
      expect(values.filter((w, i) => i % 2 === 0 && w !== 0)).toEqual([])
      expect(values.filter((w, i) => i % 2 === 1 && w === numbers(initial, name)[i])).toEqual([])
    }
  }
})

test('a pruned network trains, evaluates and gives gradients at its own size, also from a remapped checkpoint', async () => {
  const dataset = drawnDataset(12, 12)
  const before = new Trainer(taskOf(onnx))
  await before.trainTo(2, () => undefined)
  const { step, params, slots } = before.checkpoint()
  const resume = {
    step,
    params: withoutFilters(params, [1]),
    slots: Object.fromEntries(
      Object.entries(slots).map(([slot, tensors]) => [slot, withoutFilters(tensors, [1])]),
    ),
  }
  const trainer = new Trainer(taskOf(onnx, { resume }))
  expect(await trainer.trainTo(4, () => undefined)).toBeGreaterThan(0)
  const shapes = Object.entries(trainer.params).map(([name, { shape }]) => [name, shape])
  expect(Object.fromEntries(shapes)).toMatchObject({
    'conv/filter': [3, 3, 2, 3],
    'norm/variance': [3],
    'dense/weight': [3, 48],
  })
  expect((await countCorrect(onnx, certain, dataset, trainer.params, dataset.test)).total).toBe(12)
  const { gradients } = await batchGradients(onnx, certain, dataset, {
    params: trainer.params,
    seed: 1,
    batchSize: 4,
    examples: 12,
  })
  expect(gradients['conv/filter']?.shape).toEqual([3, 3, 2, 3])
})

test('evaluation and gradients use the running statistics and drop nothing', async () => {
  const dataset = drawnDataset(64, 64)
  const shifted = { ...initial, 'norm/mean': float32([4], [3, -3, 2, -2]) }
  const about = { seed: 1, batchSize: 6, examples: 64 }
  for (const params of [initial, shifted]) {
    const count = (batch: number) => countCorrect(onnx, random, dataset, params, dataset.test, batch)
    expect(await count(7)).toEqual(await count(64))
    const drawn = await batchGradients(onnx, random, dataset, { params, ...about })
    expect(drawn).toEqual(await batchGradients(onnx, certain, dataset, { params, ...about }))
  }
  const [a, b] = [
    await batchGradients(onnx, random, dataset, { params: initial, ...about }),
    await batchGradients(onnx, random, dataset, { params: shifted, ...about }),
  ]
  expect(a.loss).not.toBeCloseTo(b.loss, 3)
})

test('training leaves no tensor behind on an eager backend', async () => {
  const trainer = new Trainer(taskOf(cpu, { model: random }))
  await trainer.trainTo(1, () => undefined)
  const { numTensors, numDataBuffers } = tf.memory()
  await trainer.trainTo(4, () => undefined)
  await countCorrect(cpu, random, drawnDataset(12, 12), trainer.params, drawnDataset(12, 12).test)
  expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual([numTensors, numDataBuffers])
})

test('a whole training goes on from a checkpoint in the middle of an epoch', async () => {
  const dataset = drawnDataset(30, 10)
  const task = taskOf(onnx, { dataset, settings: { ...settings, batchSize: 8, testEveryEpoch: true } })
  const whole = await train(task, () => undefined)
  const trainer = new Trainer(task)
  await trainer.trainTo(6, () => undefined)
  const rest = await train({ ...task, resume: trainer.checkpoint() }, () => undefined)
  expect(rest.params).toEqual(whole.params)
  expect(rest.last).toEqual(whole.last)
  expect(rest.epochs.map(({ epoch }) => epoch)).toEqual([2, 3])
  expect(rest.epochs[1]).toEqual(whole.epochs[2])
  const done = await train({ ...task, resume: { ...trainer.checkpoint(), step: 12 } }, () => undefined)
  expect([done.epochs, done.bestOnTest, done.last.epoch]).toEqual([[], null, 3])
  const late = train({ ...task, resume: { ...trainer.checkpoint(), step: 13 } }, () => undefined)
  await expect(late).rejects.toThrow(/resumed at step 13: it has 12 steps/)
})
