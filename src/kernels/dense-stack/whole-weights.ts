import { firstLayer, type StackLayer, type StackTask } from './task.ts'

/** What of the mean of a channel is kept: 255 m in steps of 1 / MEAN_STEPS. */
export const MEAN_STEPS = 2 ** 16

/** 255 m of the channel of each input, in whole steps. */
export function wholeMeans(inputs: number, mean: readonly number[]): Int32Array {
  return Int32Array.from({ length: inputs }, (_, i) =>
    Math.round(255 * (mean[i % mean.length] as number) * MEAN_STEPS),
  )
}

/** Largest sum of whole weights times pixels that is counted exactly. */
const LARGEST = 2 ** 31 - 1

/** Largest whole weight that two 16-bit parts hold. */
const WIDEST = 128 * (2 ** 15 - 1)

const SMALLEST_NORMAL = 2 ** -126

/** What rounding weights may add to a sum over pixels. */
const roundingOf = (inputs: number) => 0.5 * 255 * inputs

/** The finest scales for which no mask and no image at all can take a sum out of range. */
export function safeScales(task: StackTask): Float32Array {
  const first = firstLayer(task)
  const { std } = task.images
  return scalesFor(first, std, (u) => {
    let sum = 0
    for (let i = 0; i < first.inputs; i++) sum += Math.abs(perPixel(first, std, u, i))
    return 255 * sum
  })
}

/**
 * Finer scales for the images at hand: `peaks` are the largest sums, of positive or of negative weights alone, that
 * any image gives with weights at the `coarse` scales; no mask goes beyond these.
 */
export function finestScales(task: StackTask, coarse: Float32Array, peaks: Float64Array): Float32Array {
  const first = firstLayer(task)
  return scalesFor(
    first,
    task.images.std,
    (u) => (coarse[u] as number) * ((peaks[u] as number) + roundingOf(first.inputs)),
  )
}

function scalesFor(
  first: StackLayer,
  std: readonly number[],
  largest: (unit: number) => number,
): Float32Array {
  const { inputs, outputs } = first
  return Float32Array.from({ length: outputs }, (_, u) => {
    let widest = 0
    for (let i = 0; i < inputs; i++) widest = Math.max(widest, Math.abs(perPixel(first, std, u, i)))
    const scale = Math.max(largest(u) / (LARGEST - roundingOf(inputs)), widest / WIDEST)
    // A float is up to 2⁻²⁴ of itself below the number it stands for, if it is a normal one; zero weights have any scale.
    return scale > 0 ? Math.max(scale, SMALLEST_NORMAL) * (1 + 2 ** -20) : 1
  })
}

/**
 * A first layer's weights as whole numbers, so that sums over pixels are exact: [outputs, inputs], low 16 bits and high 16
 * bits, w = low + 128 high. With the mean m and deviation s of its channel, weight · normalised pixel =
 * weight / (255 s) · (p − 255 m); the first factor is a whole number times the unit's scale.
 */
export function wholeWeights(task: StackTask, scales: Float32Array): Int32Array {
  const first = firstLayer(task)
  const { std } = task.images
  const pairs = new Int32Array(first.weights.length)
  for (let u = 0, at = 0; u < first.outputs; u++)
    for (let i = 0; i < first.inputs; i++, at++) {
      const whole = Math.round(perPixel(first, std, u, i) / (scales[u] as number))
      const high = Math.round(whole / 128)
      pairs[at] = ((whole - 128 * high) & 0xffff) | (high << 16)
    }
  return pairs
}

function perPixel({ inputs, weights }: StackLayer, std: readonly number[], u: number, i: number): number {
  return (weights[u * inputs + i] as number) / (255 * (std[i % std.length] as number))
}
