import { afterAll, expect, test } from 'vitest'
import decons from '../../models/decons-net.ts'
import residual from '../../models/resnet-20.ts'
import testCnn from '../../models/test-cnn.ts'
import { structureOf, type Granularity, type Model } from '../plugin/index.ts'
import { initialised, trained } from '../plugin/network.fixture.ts'
import { createEagerRuntime, createOnnxRuntime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import { sizeOf } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { deviceMaskEvaluation } from './device-mask-evaluation.ts'
import { programEvaluation } from './mask-evaluation.ts'
import { searchedMasks } from './searched-masks.ts'
import { stackMaskEvaluation } from './stack-mask-evaluation.ts'
import { stackTask } from './stack-task.ts'
import { tinyCnn, tinyImages } from './tiny-cnn.fixture.ts'

const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
const stacked = await createOnnxRuntime({ device: 'cpu', threads: 1, stacked: true })
const eager = await createEagerRuntime('cpu')
afterAll(async () => {
  await runtime.dispose()
  await stacked.dispose()
  await eager.dispose()
})

/** A model at random weights, random images for it, and the masks a search would look among. */
function sourcesOf(model: Model, granularity: Granularity, count: number, density: number) {
  const random = stream(1, 'images')
  const dataset: DatasetDescription =
    model === tinyCnn
      ? tinyImages
      : {
          name: 'noise',
          shape: model.input,
          classes: model.classes,
          mean: model.input[2] === 1 ? [0.4] : [0.4, 0.5, 0.6],
          std: model.input[2] === 1 ? [0.3] : [0.2, 0.3, 0.2],
          size: { train: count, test: 0 },
        }
  const images: Examples = {
    count,
    images: Uint8Array.from({ length: count * sizeOf(model.input) }, () => random.integer(256)),
    labels: Uint8Array.from({ length: count }, () => random.integer(model.classes)),
  }
  const weights = trained(initialised(model, 1), 4)
  const network = searchedMasks[granularity](model, weights)
  const kept = Math.round(density * network.size)
  return { runtime, model, dataset, images, weights, network, kept, precision: 'float32' as const }
}

/** Masks with exactly so many ones, and some with a few more or less in every layer: their networks have other shapes. */
function masksOf(size: number, kept: number, count: number): Uint8Array[] {
  const random = stream(3, 'masks')
  return Array.from({ length: count }, () => {
    const mask = new Uint8Array(size)
    for (const i of random.permutation(size).subarray(0, kept)) mask[i] = 1
    return mask
  })
}

test.each<readonly [string, Model, Granularity, number]>([
  ['weights of an MLP', decons, 'weight', 60],
  ['weights of a CNN', tinyCnn, 'weight', 60],
  ['filters of a CNN', testCnn, 'filter', 24],
  ['filters of a small CNN', tinyCnn, 'filter', 60],
  ['filters of a network with shortcuts', residual, 'filter', 6],
])(
  'masks over %s are counted as one by one, at any place among others',
  async (_, model, granularity, count) => {
    const sources = sourcesOf(model, granularity, count, 0.4)
    const { dataset, network, kept, images } = sources
    const masks = masksOf(network.size, kept, 5)
    const expected = await programEvaluation(runtime, model, dataset, network, images).correct(masks, [])
    expect(new Set(expected).size).toBeGreaterThan(1)

    for (const on of [runtime, stacked]) {
      const evaluation = await deviceMaskEvaluation({ ...sources, runtime: on })
      expect(await evaluation.correct(masks, [])).toEqual(expected)
      expect(await evaluation.correct(masks.toReversed(), [])).toEqual(expected.toReversed())
      for (const [i, mask] of masks.entries())
        expect(await evaluation.correct([mask], [])).toEqual([expected[i]])
    }
  },
)

test('masks are counted the same op by op', async () => {
  for (const granularity of ['weight', 'filter'] as const) {
    const sources = sourcesOf(tinyCnn, granularity, 20, 0.5)
    const masks = masksOf(sources.network.size, sources.kept, 3)
    const compiled = await deviceMaskEvaluation(sources)
    const opByOp = await deviceMaskEvaluation({ ...sources, runtime: eager })
    expect(await opByOp.correct(masks, []), granularity).toEqual(await compiled.correct(masks, []))
  }
})

test('masks of an MLP are counted as the kernels do', async () => {
  const sources = sourcesOf(decons, 'weight', 300, 0.2)
  const { model, weights, dataset, images, network, kept } = sources
  const masks = masksOf(network.size, kept, 3)
  const task = stackTask(model, weights, dataset, images)
  if (!task) throw new Error('kernels do not suit decons-net')
  const kernels = await stackMaskEvaluation(task, 1)
  const evaluation = await deviceMaskEvaluation(sources)
  expect(await evaluation.correct(masks, [])).toEqual(await kernels.correct(masks, [0, 0, 0]))
  await kernels.close()
})

test('masks that keep everything, next to nothing, or all in one group', async () => {
  const sources = sourcesOf(testCnn, 'filter', 12, 0.4)
  const { model, dataset, images, network } = sources
  const { groups, filters } = structureOf(model)
  const one = (group: number) =>
    network.layers.flatMap(({ size }, g) => Array<number>(size).fill(g === group ? 1 : 0))
  const masks = [
    new Uint8Array(filters).fill(1),
    Uint8Array.from({ length: filters }, (_, i) => (i === 3 ? 1 : 0)),
    ...groups.map((_, g) => Uint8Array.from(one(g))),
  ]
  const expected = await programEvaluation(runtime, model, dataset, network, images).correct(masks, [])
  const evaluation = await deviceMaskEvaluation(sources)
  expect(await evaluation.correct(masks, [])).toEqual(expected)
})
