import { imageOrder } from './image-order.ts'
import { denseStackKernel } from './kernel.ts'
import { packedBytes } from './mask-packer.ts'
import { kernelMemory } from './memory.ts'
import { firstLayer, maskSize, type StackLayer, type StackTask } from './task.ts'
import { MEAN_STEPS, finestScales, safeScales, wholeMeans, wholeWeights } from './whole-weights.ts'

/** Images that are computed together: eight vectors of four. */
const TILE = 32
/** Bytes of a row of a tile: four for each image, be it pixel, sum, activation or label. */
const ROW = TILE * 4
const ENTRY = 8

/** After so many masks, then after four times as many, images are put in a new order; later every `SORT_MOST`. */
const SORT_FIRST = 32
const SORT_MOST = 512

/** Counts right answers of a stack of fully connected layers under masks; the same count for a mask whatever came before. */
export interface StackEvaluation {
  /** Images classified right under the mask; undefined where it is certain that they are fewer than `atLeast`. */
  correct(mask: Uint8Array, atLeast: number): number | undefined
  /** The same for a packed mask (`MaskPacker`). */
  correctPacked(packed: Uint8Array, atLeast: number): number | undefined
}

/** Bytes that an evaluation of the task takes, about. */
export function stackBytes({ layers, images }: StackTask): number {
  const { inputs = 0, outputs = 0 } = layers[0] ?? {}
  return (
    images.count * (inputs * 4 + outputs * 4) +
    layers.reduce((sum, { weights }) => sum + 20 * weights.length, 0)
  )
}

/**
 * Evaluates masks with SIMD kernels. Work is proportional to the weights a mask keeps in later layers, and in the first
 * layer to the weights that changed since an earlier mask, if these are fewer. First-layer sums are whole numbers, later
 * layers add floats in the order of inputs: nothing depends on the order of masks or images.
 */
export function stackEvaluation(task: StackTask): StackEvaluation {
  const { layers, images } = task
  const first = firstLayer(task)
  const kernel = denseStackKernel()
  const memory = kernelMemory(kernel.memory)
  const size = maskSize(task)
  const firstSize = first.masked ? first.weights.length : 0
  const tiles = Math.ceil(images.count / TILE)
  const order = imageOrder(images.count)

  // Columns of pixels that are 0 in every image add nothing to a sum.
  const lit = new Uint8Array(first.inputs)
  for (let at = 0; at < images.pixels.length;)
    for (let i = 0; i < first.inputs; i++) lit[i] = (lit[i] as number) | (images.pixels[at++] as number)
  const offsets = new Int32Array(first.inputs).fill(-1)
  let columns = 0
  for (let i = 0; i < first.inputs; i++) if (lit[i] !== 0) offsets[i] = ROW * columns++
  const pixelTile = columns * ROW
  const sumTile = first.outputs * ROW

  /** Masks begin with the first layer's entries; where that is not masked, with ones for it. */
  const constant = first.masked ? 0 : first.weights.length
  const maskBytes = constant + size
  const at = {
    base: memory.reserve(maskBytes),
    last: memory.reserve(maskBytes),
    next: memory.reserve(maskBytes),
    packed: memory.reserve(packedBytes(size)),
    pairs: memory.reserve(4 * first.weights.length),
    offsets: memory.reserve(4 * first.inputs),
    means: memory.reserve(4 * first.inputs),
    before: memory.reserve(8 * first.outputs),
    constants: memory.reserve(8 * first.outputs),
    fresh: memory.reserve(4 * first.outputs),
    starts: memory.reserve(4 * (first.outputs + 1)),
    entries: memory.reserve(ENTRY * first.weights.length),
    scales: memory.reserve(4 * first.outputs),
    biases: memory.reserve(4 * first.outputs),
    activations: memory.reserve(sumTile),
    pixels: memory.reserve(tiles * pixelTile),
    sums: memory.reserve(tiles * sumTile),
    labels: memory.reserve(tiles * ROW),
    wrong: memory.reserve(tiles * ROW),
  }
  let maskAt = constant + firstSize
  const later = layers.slice(1).map((layer) => {
    const mask = layer.masked ? maskAt : null
    if (layer.masked) maskAt += layer.weights.length
    return {
      layer,
      mask,
      weights: memory.reserve(4 * layer.weights.length),
      biases: memory.reserve(4 * layer.outputs),
      starts: memory.reserve(4 * (layer.outputs + 1)),
      entries: memory.reserve(ENTRY * layer.weights.length),
      activations: memory.reserve(layer.outputs * ROW),
    }
  })
  // No more is reserved: views hold.
  const u8 = new Uint8Array(memory.buffer)
  const i32 = new Int32Array(memory.buffer)
  const f32 = new Float32Array(memory.buffer)
  const i64 = new BigInt64Array(memory.buffer)
  const i16 = new Int16Array(memory.buffer)

  i32.set(offsets, at.offsets / 4)
  i32.set(wholeMeans(first.inputs, images.mean), at.means / 4)
  for (const { layer, mask, weights, biases, starts, entries } of later) {
    f32.set(layer.weights, weights / 4)
    if (layer.bias) f32.set(layer.bias, biases / 4)
    if (mask === null) kernel.keptEntries(0, weights, layer.outputs, layer.inputs, ROW, starts, entries)
  }
  layOut()
  let scales = safeScales(task)
  i32.set(wholeWeights(task, scales), at.pairs / 4)
  scales = finestScales(task, scales, peaks())
  i32.set(wholeWeights(task, scales), at.pairs / 4)
  f32.set(scales, at.scales / 4)
  forget()
  for (const place of [at.last, at.next]) u8.fill(1, place, place + constant)

  let untilSorted = SORT_FIRST
  let sortedAfter = SORT_FIRST
  const seen = new Int32Array(tiles)

  /** Writes pixels and labels of the images in their order. */
  function layOut(): void {
    const inputs = first.inputs
    for (let place = 0; place < tiles * TILE; place++) {
      const image = place < images.count ? (order.order[place] as number) : undefined
      i32[at.labels / 4 + place] = image === undefined ? -1 : (images.labels[image] as number)
      const tile = (at.pixels + Math.floor(place / TILE) * pixelTile) / 2 + 2 * (place % TILE)
      for (let i = 0; i < inputs; i++) {
        const offset = offsets[i] as number
        if (offset < 0) continue
        const pixel = image === undefined ? 0 : (images.pixels[image * inputs + i] as number)
        i16[tile + offset / 2] = pixel
        i16[tile + offset / 2 + 1] = 128 * pixel
      }
    }
  }

  /** Begins again with the mask that keeps nothing of the first layer as the base. */
  function forget(): void {
    u8.fill(0, at.base, at.base + first.weights.length)
    i32.fill(0, at.sums / 4, at.sums / 4 + (tiles * sumTile) / 4)
    i64.fill(0n, at.before / 8, at.before / 8 + first.outputs)
  }

  /** [outputs] the largest sum that positive weights alone, or negative ones, give on any image. */
  function peaks(): Float64Array {
    const { weights, outputs } = first
    const highest = new Float64Array(outputs)
    f32.fill(1, at.scales / 4, at.scales / 4 + outputs)
    f32.fill(0, at.biases / 4, at.biases / 4 + outputs)
    for (const sign of [1, -1]) {
      forget()
      for (let i = 0; i < weights.length; i++) u8[at.next + i] = Number(sign * (weights[i] as number) > 0)
      changes(at.next)
      for (let t = 0; t < tiles; t++) {
        firstTile(t, -Infinity)
        for (let i = 0; i < outputs * TILE; i++) {
          const sum = Math.abs(f32[at.activations / 4 + i] as number)
          const u = Math.floor(i / TILE)
          if (sum > (highest[u] as number)) highest[u] = sum
        }
      }
    }
    return highest
  }

  /** Entries that lead from the base to a mask. */
  function changes(to: number): void {
    const { outputs, inputs } = first
    kernel.changedEntries(
      at.base,
      to,
      at.pairs,
      outputs,
      inputs,
      at.offsets,
      at.means,
      at.before,
      at.constants,
      at.fresh,
      at.starts,
      at.entries,
    )
  }

  function firstTile(tile: number, least: number): void {
    kernel.firstTile(
      at.pixels + tile * pixelTile,
      at.sums + tile * sumTile,
      first.outputs,
      at.fresh,
      at.starts,
      at.entries,
      at.scales,
      at.biases,
      least,
      at.activations,
    )
  }

  /** Makes the mask before the present one the base, if that is what the present one was made from. */
  function chooseBase(): void {
    const length = first.weights.length
    const fromLast = kernel.countDifferences(at.last, at.next, length)
    const fromBase = kernel.countDifferences(at.base, at.next, length)
    if (fromLast >= 0.75 * fromBase || fromLast >= kernel.countOnes(at.next, length)) return
    changes(at.last)
    for (let t = 0; t < tiles; t++)
      kernel.moveTile(
        at.pixels + t * pixelTile,
        at.sums + t * sumTile,
        first.outputs,
        at.fresh,
        at.starts,
        at.entries,
      )
    u8.copyWithin(at.base, at.last, at.last + length)
    i64.copyWithin(at.before / 8, at.constants / 8, at.constants / 8 + first.outputs)
  }

  /** Biases of the first layer under the present mask: what means take off its sums, and its own. */
  function biases(): void {
    const { outputs, bias } = first
    for (let u = 0; u < outputs; u++) {
      const sum = Number(i64[at.constants / 8 + u]) / MEAN_STEPS
      f32[at.biases / 4 + u] = (bias?.[u] ?? 0) - sum * (scales[u] as number)
    }
  }

  function sort(): void {
    for (let t = 0; t < tiles; t++) {
      const from = t * TILE
      const places = Math.min(TILE, images.count - from)
      order.learn(from, i32.subarray(at.wrong / 4 + from, at.wrong / 4 + from + places), seen[t] as number)
    }
    i32.fill(0, at.wrong / 4, at.wrong / 4 + tiles * TILE)
    seen.fill(0)
    order.sort()
    layOut()
    forget()
    sortedAfter = Math.min(4 * sortedAfter, SORT_MOST)
    untilSorted = sortedAfter
  }

  return {
    correct(mask, atLeast) {
      if (mask.length !== size) throw new RangeError(`a mask has ${mask.length} entries, not ${size}`)
      u8.set(mask, at.next + constant)
      return correct(atLeast)
    },
    correctPacked(packed, atLeast) {
      u8.set(packed, at.packed)
      kernel.unpackMask(at.packed, size, at.next + constant)
      return correct(atLeast)
    },
  }

  /** Right answers under the mask at `next`. */
  function correct(atLeast: number): number | undefined {
    chooseBase()
    changes(at.next)
    biases()
    for (const { layer, mask: place, weights, starts, entries } of later)
      if (place !== null)
        kernel.keptEntries(at.next + place, weights, layer.outputs, layer.inputs, ROW, starts, entries)

    let right = 0
    let left = images.count
    const least = later.length > 0 ? 0 : -Infinity
    for (let t = 0; t < tiles && right + left >= atLeast; t++) {
      firstTile(t, least)
      let activations = at.activations
      later.forEach(({ layer, starts, entries, biases: bias, activations: out }, l) => {
        kernel.hiddenTile(
          activations,
          layer.outputs,
          starts,
          entries,
          bias,
          l + 1 < later.length ? 0 : -Infinity,
          out,
        )
        activations = out
      })
      right += kernel.rightAnswers(
        activations,
        (layers.at(-1) as StackLayer).outputs,
        at.labels + t * ROW,
        at.wrong + t * ROW,
      )
      left -= Math.min(TILE, left)
      seen[t] = (seen[t] as number) + 1
    }
    ;[at.last, at.next] = [at.next, at.last]
    if (--untilSorted === 0) sort()
    return right + left >= atLeast ? right : undefined
  }
}
