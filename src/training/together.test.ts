import { expect, test } from 'vitest'
import { adadelta, constant } from '../plugin/index.ts'
import { createOnnxRuntime, joinedRuntime, type Runtime } from '../runtime/index.ts'
import { float32, type NamedTensors } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { drawnDataset, initialNetwork, smallCnn } from './cnn.fixture.ts'
import { train, type Trained } from './train.ts'
import type { TrainingTask } from './trainer.ts'

const model = smallCnn(0.2)
const dataset = drawnDataset(60, 20)
const initial = initialNetwork(model)

/** A training of its own length, with a mask and a seed of its own: with dropout, and a last batch that is smaller. */
function task(runtime: Runtime, seed: number): TrainingTask {
  const epochs = 1 + (seed % 2)
  return {
    runtime,
    model,
    dataset,
    settings: {
      optimizer: adadelta(),
      schedule: constant(),
      batchSize: 16,
      epochs,
      validation: 10,
      testEveryEpoch: false,
    },
    seed,
    params: initial,
    masks: masksOf(seed),
  }
}

function masksOf(seed: number): NamedTensors {
  const random = stream(seed, 'mask')
  const { name, shape } = model.parameters.find(
    (p) => p.name.endsWith('weight') || p.name.endsWith('filter'),
  ) as {
    name: string
    shape: readonly number[]
  }
  const size = shape.reduce((a, b) => a * b, 1)
  return {
    [name]: float32(
      shape,
      Float32Array.from({ length: size }, () => (random.uniform() < 0.5 ? 1 : 0)),
    ),
  }
}

const trained = (runtime: Runtime, seed: number): Promise<Trained> =>
  train(task(runtime, seed), () => undefined)

test('networks trained at the same time are those trained alone, to the last bit, and nearly those of any other engine', async () => {
  const seeds = [1, 2, 3, 4, 5]
  const inside = await createOnnxRuntime({ device: 'cpu', stacked: true })
  let active = seeds.length
  let left = (): void => undefined
  const joined = joinedRuntime(inside, {
    attendance: {
      get active() {
        return active
      },
      onLeave: (listener) => (left = listener),
    },
    tell: (line) => expect.unreachable(line),
  })
  const together = await Promise.all(
    seeds.map((seed) =>
      trained(joined, seed).finally(() => {
        active--
        left()
      }),
    ),
  )
  const plain = await createOnnxRuntime({ device: 'cpu' })
  for (const [i, seed] of seeds.entries()) {
    expect(together[i]).toEqual(await trained(inside, seed))
    const other = await trained(plain, seed)
    for (const [name, tensor] of Object.entries(other.params)) {
      const ours = together[i]?.params[name]?.data ?? []
      const distance = Math.hypot(...tensor.data.map((x, at) => x - (ours[at] as number)))
      expect(distance / Math.hypot(...tensor.data), name).toBeLessThan(1e-4)
    }
  }
  await inside.dispose()
  await plain.dispose()
})
