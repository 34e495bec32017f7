import type { Granularity, Model } from '../plugin/index.ts'
import { initialised, trained } from '../plugin/network.fixture.ts'
import type { Runtime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import { float32, type NamedTensors } from '../values/host-tensor.ts'
import type { Precision } from '../values/precision.ts'
import { stream, type Stream } from '../values/random.ts'
import type { EvaluationSources } from './choose-mask-evaluation.ts'
import { searchedMasks } from './searched-masks.ts'

/** A model at random weights, so many random images for it, and the masks a search would look among. */
export function sourcesOf(
  runtime: Runtime,
  model: Model,
  granularity: Granularity,
  { count, density, precision = 'float32' }: { count: number; density: number; precision?: Precision },
): EvaluationSources {
  const random = stream(1, 'images')
  const channels = model.input[2]
  const dataset: DatasetDescription = {
    name: 'noise',
    shape: model.input,
    classes: model.classes,
    mean: [0.4, 0.5, 0.6].slice(0, channels),
    std: [0.2, 0.3, 0.25].slice(0, channels),
    size: { train: count, test: 0 },
  }
  const images: Examples = {
    count,
    images: patches(model.input, count, random),
    labels: Uint8Array.from({ length: count }, () => random.integer(model.classes)),
  }
  const weights = quiet(trained(initialised(model, 1), 4))
  const network = searchedMasks[granularity](model, weights)
  const kept = Math.round(density * network.size)
  return { runtime, model, dataset, images, weights, network, kept, precision }
}

/** With biases and offsets so small that what comes in counts. */
function quiet(tensors: NamedTensors): NamedTensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => {
      const scale = /\/(bias|offset)$/.test(name) ? 0.1 : 1
      return [
        name,
        float32(
          shape,
          Float32Array.from(data, (x) => scale * x),
        ),
      ]
    }),
  )
}

/** Images of four patches, each of a random colour: what a network says of noise hardly depends on the image. */
function patches([height, width, channels]: Model['input'], count: number, random: Stream): Uint8Array {
  const images = new Uint8Array(count * height * width * channels)
  let at = 0
  for (let image = 0; image < count; image++) {
    const colours = Array.from({ length: 4 * channels }, () => random.integer(256))
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const patch = 2 * Number(2 * y >= height) + Number(2 * x >= width)
        for (let c = 0; c < channels; c++) images[at++] = colours[patch * channels + c] as number
      }
  }
  return images
}

/** Random masks with exactly so many ones. */
export function masksOf({ network: { size }, kept }: EvaluationSources, count: number): Uint8Array[] {
  const random = stream(3, 'masks')
  return Array.from({ length: count }, () => {
    const mask = new Uint8Array(size)
    for (const i of random.permutation(size).subarray(0, kept)) mask[i] = 1
    return mask
  })
}
