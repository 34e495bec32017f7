import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { constant, sgd, type Model } from '../plugin/index.ts'
import { createEagerRuntime, createOnnxRuntime, type Program, type Runtime } from '../runtime/index.ts'
import { float32, type HostTensor, type NamedTensors } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { drawnDataset, initialNetwork, smallCnn, withoutFilters } from './cnn.fixture.ts'
import { countCorrect } from './evaluate.ts'
import { Trainer } from './trainer.ts'

const dataset = drawnDataset(12, 12)
const settings = {
  optimizer: sgd({ learningRate: 1, momentum: 0 }),
  schedule: constant(),
  batchSize: 12,
  epochs: 9,
  validation: 0,
  testEveryEpoch: false,
}

/** One number for each class, which the step's key pulls at: its gradient tells the key. No buffer unless it is kept. */
function keyed(keepsKey: string | null): Model {
  const buffers = keepsKey === null ? [] : [{ name: 'key/last', shape: [], init: () => new Float32Array(1) }]
  return {
    kind: 'model',
    summary: 'Reads its key.',
    input: [6, 6, 2],
    classes: 3,
    parameters: [{ name: 'logits', shape: [1, 3], maskable: true, init: () => new Float32Array(3) }],
    buffers,
    forward: ({ params, x, training }) => {
      const share = training ? tf.div(tf.cast(training, 'float32'), 2 ** 31) : tf.scalar(1)
      const logits = tf.mul(params['logits'] as tf.Tensor2D, share)
      const output = tf.tile(logits, [x.shape[0], 1]) as tf.Tensor2D
      return keepsKey === null ? output : { output, buffers: training ? { [keepsKey]: share } : {} }
    },
  }
}

async function onEach(work: (runtime: Runtime) => Promise<void>): Promise<void> {
  for (const runtime of [
    await createOnnxRuntime({ device: 'cpu', threads: 1 }),
    await createEagerRuntime('cpu'),
  ]) {
    await work(runtime)
    await runtime.dispose()
  }
}

test('every step has a key of its own: a number of the seed’s stream for it', async () => {
  const draws = stream(3, 'dropout')
  const shares = Array.from({ length: 4 }, () => Math.fround(draws.uint32() >>> 1) / 2 ** 31)
  await onEach(async (runtime) => {
    const model = keyed('key/last')
    const trainer = new Trainer({ runtime, model, dataset, settings, seed: 3, params: initialNetwork(model) })
    for (const [i, share] of shares.entries()) {
      await trainer.trainTo(i + 1, () => undefined)
      expect(trainer.params['key/last']?.data[0]).toBe(share)
    }
  })
})

test('a network without buffers has its randomness too', async () => {
  const share = (stream(3, 'dropout').uint32() >>> 1) / 2 ** 31
  const ones = [...dataset.train.labels].filter((label) => label === 1).length / 12
  await onEach(async (runtime) => {
    const model = keyed(null)
    const trainer = new Trainer({ runtime, model, dataset, settings, seed: 3, params: initialNetwork(model) })
    await trainer.trainTo(1, () => undefined)
    // With equal logits the softmax is a third: ∂L/∂logit = share · (1/3 − share of images of the class).
    expect(trainer.params['logits']?.data[1]).toBeCloseTo(share * (ones - 1 / 3), 6)
  })
})

test('a buffer that the model does not have is refused by name', async () => {
  await onEach(async (runtime) => {
    const model = keyed('key/lost')
    const trainer = new Trainer({ runtime, model, dataset, settings, seed: 3, params: initialNetwork(model) })
    await expect(trainer.trainTo(1, () => undefined)).rejects.toThrow(/returns the buffer key\/lost/)
  })
})

test('masks and checkpoints that do not fit are refused by name', async () => {
  const runtime = await createEagerRuntime('cpu')
  const model = smallCnn(0)
  const params = initialNetwork(model)
  const withMomentum = { ...settings, optimizer: sgd({ momentum: 0.9 }) }
  const task = { runtime, model, dataset, settings: withMomentum, seed: 1, params }
  const ones = (n: number) => float32([n], new Float32Array(n).fill(1))
  expect(() => new Trainer({ ...task, masks: { 'conv/bias': ones(3) } })).toThrow(/mask \[3\] of conv\/bias/)
  expect(() => new Trainer({ ...task, masks: { 'norm/mean': ones(4) } })).toThrow(/which is no parameter/)
  const checkpoint = new Trainer(task).checkpoint()
  const resumed = (changes: Partial<typeof checkpoint>, given: Partial<typeof task> = {}) => {
    return () => new Trainer({ ...task, ...given, resume: { ...checkpoint, ...changes } })
  }
  expect(resumed({})).not.toThrow()
  expect(resumed({ slots: {} })).toThrow(/no velocity of the optimizer/)
  expect(resumed({}, { settings })).toThrow(/a velocity that the optimizer does not use/)
  expect(resumed({ slots: { velocity: {} } })).toThrow(/no velocity of conv\/filter/)
  expect(resumed({ params: withoutFilters(params, [0]) })).toThrow(
    /velocity \[3, 3, 2, 4\] of conv\/filter, which is \[3, 3, 2, 3\]/,
  )
  await runtime.dispose()
})

/** Answers at once that nothing is right, and notes what is compiled, run and disposed. */
function counting(): { runtime: Runtime; compiled: number; ran: HostTensor[]; live: number; most: number } {
  const seen = { compiled: 0, ran: [] as HostTensor[], live: 0, most: 0 }
  const program: Program<never, never> = {
    run: ({ images }: { images: HostTensor }) => {
      seen.ran.push(images)
      return Promise.resolve({ correct: float32([], [0]), sum: float32([], [0]) } as never)
    },
    runAll: () => Promise.reject(new Error('nothing here runs many at once')),
    dispose: () => {
      seen.live--
      return Promise.resolve()
    },
  }
  const runtime: Runtime = {
    engine: { runtime: 'cpu', version: '0', device: 'cpu', threads: 1 },
    compile: () => {
      seen.compiled++
      seen.live++
      seen.most = Math.max(seen.most, seen.live)
      return Promise.resolve(program as never)
    },
    loop: () => Promise.reject(new Error('not used')),
    dispose: () => Promise.resolve(),
  }
  return Object.assign(seen, { runtime })
}

test.each([
  [[28, 28, 1], 2500, [1000, 1000, 500]],
  [[32, 32, 3], 1024, [256, 256, 256, 256]],
] as const)('images of %s are evaluated in bounded batches', async (shape, count, batches) => {
  const seen = counting()
  const size = shape[0] * shape[1] * shape[2]
  const model = keyed(null)
  const examples = { count, images: new Uint8Array(count * size), labels: new Uint8Array(count) }
  const accuracy = await countCorrect(
    seen.runtime,
    model,
    { ...dataset, shape },
    initialNetwork(model),
    examples,
  )
  expect(accuracy).toEqual({ correct: 0, total: count })
  expect(seen.ran.map((images) => images.shape[0])).toEqual(batches)
  expect(seen.compiled).toBe(new Set(batches).size)
})

test('each shape has its program, and what is kept is bounded however many shapes come by', async () => {
  const seen = counting()
  const model = keyed(null)
  const network = (width: number): NamedTensors => ({ logits: float32([1, width], new Float32Array(width)) })
  const evaluate = (width: number) => countCorrect(seen.runtime, model, dataset, network(width), dataset.test)
  for (let width = 1; width <= 200; width++) await evaluate(width)
  expect([seen.compiled, seen.live]).toEqual([200, 64])
  expect(seen.most).toBeLessThanOrEqual(65)
  await evaluate(200)
  expect(seen.compiled).toBe(200)
  // The same shapes, but other numbers that the images are normalised with.
  await countCorrect(seen.runtime, model, { ...dataset, mean: [0, 0] }, network(200), dataset.test)
  expect(seen.compiled).toBe(201)
})
