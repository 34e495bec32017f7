import type { StackLayer, StackTask } from '../kernels/index.ts'
import { stepsOf, type Model } from '../plugin/index.ts'
import { maskableNames } from '../training/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import { sizeOf, type NamedTensors } from '../values/host-tensor.ts'

/**
 * The evaluation of masks as one of fully connected layers with ReLU between them; undefined where the model is
 * something else, or does not tell what it is, or where weights are such that kernels do not suit them.
 */
export function stackTask(
  model: Model,
  weights: NamedTensors,
  data: DatasetDescription,
  images: Examples,
): StackTask | undefined {
  const layers = stackLayers(model, weights)
  if (layers === undefined || !inARow(layers, sizeOf(data.shape))) return undefined
  if (!layers.every(finite) || !even(layers[0])) return undefined
  return {
    layers,
    images: {
      count: images.count,
      pixels: images.images,
      labels: images.labels,
      mean: data.mean,
      std: data.std,
    },
  }
}

function finite({ weights, bias }: StackLayer): boolean {
  return weights.every(Number.isFinite) && (bias?.every(Number.isFinite) ?? true)
}

/** How many times larger than the others' mean a unit's largest weight may be. */
const MOST_UNEVEN = 2 ** 12

/** Whether weights of the first layer are of about one size, unit by unit: all of a unit are counted in the same steps. */
function even(first: StackLayer | undefined): boolean {
  if (first === undefined) return false
  const { weights, inputs, outputs } = first
  for (let u = 0; u < outputs; u++) {
    let [sum, largest] = [0, 0]
    for (let i = u * inputs; i < (u + 1) * inputs; i++) {
      const size = Math.abs(weights[i] as number)
      sum += size
      largest = Math.max(largest, size)
    }
    const others = sum - largest
    if (others > 0 && largest > (MOST_UNEVEN * others) / (inputs - 1)) return false
  }
  return true
}

/** Whether each layer reads all that the one before makes; one that runs on each pixel of an image by itself does not. */
function inARow(layers: readonly StackLayer[], pixels: number): boolean {
  return layers.every(({ inputs }, l) => inputs === (layers[l - 1]?.outputs ?? pixels))
}

function stackLayers(model: Model, weights: NamedTensors): readonly StackLayer[] | undefined {
  const steps = stepsOf(model)?.filter(({ kind }) => kind !== 'same') ?? []
  if (steps.at(-1)?.kind === 'order') steps.pop()
  if (!steps.every(({ kind }, i) => kind === (i % 2 === 0 ? 'dense' : 'relu')) || steps.length % 2 === 0)
    return undefined
  const maskable = maskableNames(model)
  const dense = steps.filter((step) => step.kind === 'dense')
  // Biases that a mask covers, and layers that run in another order than masks have them, are for programs.
  const masked = dense.map(({ weight }) => weight).filter((name) => maskable.includes(name))
  if (masked.join() !== maskable.join()) return undefined
  return dense.map(({ weight, bias }) => {
    const tensor = weights[weight]
    const [outputs = 0, inputs = 0] = tensor?.shape ?? []
    return {
      inputs,
      outputs,
      weights: tensor?.data as Float32Array,
      bias: bias === null ? null : (weights[bias]?.data as Float32Array),
      masked: maskable.includes(weight),
    }
  })
}
