import { expect } from 'vitest'
import { adadelta, constant } from '../plugin/index.ts'
import { gpuRuntime, gpuTest } from '../runtime/gpu.fixture.ts'
import { createOnnxRuntime, joinedRuntime, type Runtime } from '../runtime/index.ts'
import { float32, type NamedTensors } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { drawnDataset, initialNetwork, smallCnn } from './cnn.fixture.ts'
import { train, type Trained } from './train.ts'

const model = smallCnn(0.2)
const dataset = drawnDataset(60, 20)
const params = initialNetwork(model)
const parameter = model.parameters[0] as (typeof model.parameters)[0]

/** With dropout, a mask and a seed of its own, and a last batch that is smaller. */
function trained(runtime: Runtime, seed: number): Promise<Trained> {
  const settings = {
    optimizer: adadelta(),
    schedule: constant(),
    batchSize: 16,
    epochs: 2,
    validation: 10,
    testEveryEpoch: false,
  }
  const random = stream(seed, 'mask')
  const size = params[parameter.name]?.data.length ?? 0
  const coins = Float32Array.from({ length: size }, () => (random.uniform() < 0.5 ? 1 : 0))
  const masks: NamedTensors = { [parameter.name]: float32(parameter.shape, coins) }
  return train({ runtime, model, dataset, settings, seed, params, masks }, () => undefined)
}

/** All of them trained at the same time, in groups of at most so many. */
function together(inside: Runtime, seeds: readonly number[], most: number): Promise<Trained[]> {
  const runtime = joinedRuntime(inside, {
    attendance: { active: seeds.length, onLeave: () => undefined },
    most,
    tell: (line) => expect.unreachable(line),
  })
  return Promise.all(seeds.map((seed) => trained(runtime, seed)))
}

gpuTest(
  'networks get the same bits on a GPU, alone and in groups of any size, and those of the processor but for rounding',
  async () => {
    const gpu = gpuRuntime()
    const seeds = [1, 2, 3, 4, 5, 6, 7]
    const eight = await together(gpu, seeds, 8)
    expect(await together(gpu, seeds, 4)).toEqual(eight)
    const cpu = await createOnnxRuntime({ device: 'cpu' })
    for (const [i, seed] of seeds.slice(0, 3).entries()) {
      expect(await trained(gpu, seed)).toEqual(eight[i])
      const reference = await trained(cpu, seed)
      for (const [name, { data }] of Object.entries(reference.params)) {
        const ours = eight[i]?.params[name]?.data ?? []
        const distance = Math.hypot(...data.map((x, at) => x - (ours[at] as number)))
        expect(distance / Math.hypot(...data), name).toBeLessThan(1e-3)
      }
    }
    await cpu.dispose()
  },
)
