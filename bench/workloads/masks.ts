import type { Granularity, Model } from '../../src/plugin/index.ts'
import { createOnnxRuntime } from '../../src/runtime/index.ts'
import { firstImages } from '../../src/training/index.ts'
import { maskEvaluation, type EvaluationSources } from '../../src/units/choose-mask-evaluation.ts'
import { deviceMasks } from '../../src/units/device-mask-evaluation.ts'
import { counted } from '../../src/report/words.ts'
import { searchedMasks } from '../../src/units/searched-masks.ts'
import type { NamedTensors } from '../../src/values/host-tensor.ts'
import type { Precision } from '../../src/values/precision.ts'
import { stream } from '../../src/values/random.ts'
import type { DataKind } from '../data.ts'
import { contenderOn, type Block } from '../runtimes.ts'
import * as cnn from '../subjects/basic-cnn.ts'
import * as mlp from '../subjects/decons-net.ts'
import type { Contender, Scale, Setting, Workload } from '../workload.ts'

/** Masks of one block. */
const BLOCK = { cpu: 128, gpu: 1024, toy: 4 } as const

/** What masks are evaluated on: 80 % of the weights or filters are pruned. */
interface Subject {
  readonly model: Model
  readonly weights: NamedTensors
  readonly granularity: Granularity
  readonly data: DataKind
  readonly images: Readonly<Record<Scale, number>>
}

export const masksMlp = masks('masks-mlp', 'decons-net, 80 % sparsity, 2,000 images', {
  ...{ model: mlp.network, weights: mlp.weights, granularity: 'weight', data: 'digits' },
  images: { cpu: 2000, gpu: 2000, toy: 100 },
})
export const masksCnn80 = masks('masks-cnn-80', 'basic-cnn, 80 % of the filters, 1,024 images', {
  ...{ model: cnn.network, weights: cnn.tensors, granularity: 'filter', data: 'objects' },
  images: { cpu: 1024, gpu: 1024, toy: 4 },
})

/** Random masks, as at the beginning of a search, without what a search does itself: by how many are evaluated at once. */
function masks(name: string, what: string, subject: Subject): Workload {
  return {
    name,
    summary: `${what}: random masks evaluated per second, without the search that proposes them`,
    unit: 'masks/s',
    better: 'higher',
    runs: 5,
    onGpu: [1, 2, 4, 8, 16, 32, 64],
    open: async (context) => {
      const dataset = await context.dataset(subject.data)
      const contenders = context.settings.flatMap((setting) =>
        precisionsOf(setting).map(async (precision): Promise<Contender> => {
          const { device, threads, cells, scale } = setting
          const runtime = await createOnnxRuntime({ device, threads })
          const { model, weights } = subject
          const network = searchedMasks[subject.granularity](model, weights)
          const kept = Math.round(0.2 * network.size)
          const images = firstImages(dataset.train, subject.images[scale])
          const sources = { runtime, model, dataset, weights, network, kept, images, precision }
          const variant = `${counted(cells, 'mask')} at once${precision === 'float32' ? '' : `, ${precision}`}`
          const masks = randomMasks(sources, BLOCK[scale])
          const { evaluate, close } = device === 'gpu' ? onGpu(sources, cells) : await onProcessor(sources)
          const contender = contenderOn(runtime, device === 'gpu' ? variant : '', {
            warmUps: 0,
            block: rateOf(evaluate, masks),
          })
          return { ...contender, close: () => close().then(() => contender.close()) }
        }),
      )
      return Promise.all(contenders)
    },
  }
}

function precisionsOf({ device }: Setting): readonly Precision[] {
  return device === 'gpu' ? ['float32', 'float16'] : ['float32']
}

function randomMasks({ network: { size }, kept }: EvaluationSources, count: number): Uint8Array[] {
  const random = stream(1, 'masks')
  return Array.from({ length: count }, () => {
    const mask = new Uint8Array(size)
    for (const i of random.permutation(size).subarray(0, kept)) mask[i] = 1
    return mask
  })
}

/** Evaluates masks, all of them or as many as there may be at once. */
interface Evaluator {
  readonly evaluate: (masks: readonly Uint8Array[]) => Promise<void>
  readonly close: () => Promise<void>
}

function onGpu(sources: EvaluationSources, atOnce: number): Evaluator {
  const { correct } = deviceMasks(sources)
  return { evaluate: inParts(atOnce, correct), close: () => Promise.resolve() }
}

async function onProcessor(sources: EvaluationSources): Promise<Evaluator> {
  const evaluation = await maskEvaluation(sources)
  const all = (masks: readonly Uint8Array[]) =>
    evaluation.correct(
      masks,
      masks.map(() => 0),
    )
  return { evaluate: inParts(evaluation.atOnce, all), close: () => evaluation.close() }
}

function inParts(size: number, correct: (masks: readonly Uint8Array[]) => Promise<unknown>) {
  return async (masks: readonly Uint8Array[]) => {
    for (let at = 0; at < masks.length; at += size) await correct(masks.slice(at, at + size))
  }
}

function rateOf(evaluate: Evaluator['evaluate'], masks: readonly Uint8Array[]): Block {
  return async () => {
    const start = performance.now()
    await evaluate(masks)
    return { value: (1000 * masks.length) / (performance.now() - start), units: masks.length }
  }
}
