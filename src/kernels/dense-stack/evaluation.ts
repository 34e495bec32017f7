import { computeFirst, listChanges, workOn, type WorkPlace } from './batch-work.ts'
import {
  FAILED,
  FINISHED,
  LISTED,
  MASKS,
  MOVES,
  NEXT_LIST,
  NEXT_TILE,
  SET,
  STARTED,
  atLeastOf,
  awaitAtLeast,
  countUp,
  newControl,
  wrongOf,
} from './control.ts'
import { startHelpers } from './helper-threads.ts'
import { imageOrder } from './image-order.ts'
import { pixelColumns, writeTiles } from './image-tiles.ts'
import { denseStackKernel, kernelMemory, kernelModule } from './kernel.ts'
import { BATCH, ROW, TILE, stackLayout, type EntryPlaces, type MaskPlaces } from './layout.ts'
import { firstLayer, maskSize, type StackLayer, type StackTask } from './task.ts'
import { finestScales, safeScales, wholeMeans, wholeWeights } from './whole-weights.ts'

/** After so many masks, then after four times as many, images are put in a new order; later every `SORT_MOST`. */
const SORT_FIRST = 32
const SORT_MOST = 512

/** Counts right answers of a stack of fully connected layers under masks; the same count for a mask whatever came before. */
export interface StackEvaluation {
  /** Masks that are best asked about together. */
  readonly atOnce: number
  /** Ones in a mask; −1 if it has bytes other than 0 and 1. */
  ones(mask: Uint8Array): number
  /**
   * Lets the other threads begin, and returns what helps them and waits for the counts: in between, the caller has time
   * for something else. A count is of the images classified right under a mask; undefined where it is certain that they
   * are fewer than `atLeast` (0 where absent). More than `atOnce` masks are taken in turns. Nothing else may be begun
   * before the counts were waited for. Throws a `RangeError` for a mask of another length.
   */
  begin(masks: readonly Uint8Array[], atLeast: readonly number[]): () => readonly (number | undefined)[]
  /** Ends the threads. */
  close(): Promise<void>
}

/**
 * Evaluates masks with SIMD kernels on this thread and `threads − 1` others. Work is proportional to the weights a mask
 * keeps in later layers, and in the first layer to the weights that changed since an earlier mask, if these are fewer.
 * First-layer sums are whole numbers, later layers add floats in the order of inputs: counts depend neither on the order of
 * masks or images nor on the number of threads.
 */
export async function stackEvaluation(task: StackTask, threads: number): Promise<StackEvaluation> {
  const { layers, images } = task
  const first = firstLayer(task)
  const { outputs } = first
  const size = maskSize(task)
  const columns = pixelColumns(task)
  const layout = stackLayout(task, columns.count, threads)
  const [module, memory, control] = [kernelModule(), kernelMemory(layout.bytes), newControl()]
  const kernel = denseStackKernel(module, memory)
  const place: WorkPlace = { kernel, memory, layout, control, thread: 0 }
  const u8 = new Uint8Array(memory.buffer)
  const i32 = new Int32Array(memory.buffer)
  const f32 = new Float32Array(memory.buffer)
  const i64 = new BigInt64Array(memory.buffer)
  const order = imageOrder(images.count)

  /** Where the masks of the batch before are; sums may be moved to one of them. */
  let earlier: readonly number[] = []
  let untilSorted = SORT_FIRST
  let sortedAfter = SORT_FIRST

  writeTask()
  const helpers = await startHelpers({ module, memory, layout, control }, threads - 1)

  return {
    atOnce: BATCH,
    ones(mask) {
      const at = (nextMasks()[0] as number) + layout.constant
      u8.set(mask, at)
      return kernel.countOnes(at, mask.length)
    },
    begin(masks, atLeast) {
      for (const { length } of masks)
        if (length !== size) throw new RangeError(`a mask has ${length} entries, not ${size}`)
      const beginAt = (from: number) =>
        beginBatch(masks.slice(from, from + BATCH), atLeast.slice(from, from + BATCH))
      if (masks.length > 0) beginAt(0)
      return () => {
        const counts: (number | undefined)[] = []
        while (counts.length < masks.length) {
          if (counts.length > 0) beginAt(counts.length)
          counts.push(...endBatch())
        }
        return counts
      }
    },
    close: () => helpers.end(),
  }

  function beginBatch(masks: readonly Uint8Array[], atLeast: readonly number[]): void {
    if (untilSorted <= 0) sort()
    untilSorted -= masks.length
    const at = nextMasks()
    masks.forEach((mask, m) => u8.set(mask, (at[m] as number) + layout.constant))
    control[MOVES] = Number(chooseBase(at[0] as number))
    earlier = at.slice(0, masks.length)
    masks.forEach((_, m) => {
      control[atLeastOf(m)] = atLeast[m] ?? 0
      control[wrongOf(m)] = 0
    })
    control[MASKS] = masks.length
    control[SET] = 1 - (control[SET] as number)
    for (const counter of [NEXT_LIST, LISTED, NEXT_TILE, FINISHED]) control[counter] = 0
    countUp(control, STARTED)
  }

  function endBatch(): (number | undefined)[] {
    const lost = () => new Error('a thread that evaluates masks failed', { cause: helpers.broken() })
    workOn(place)
    if (!awaitAtLeast(control, FINISHED, helpers.count) || control[FAILED] === 1) throw lost()
    return earlier.map((_, m) => {
      const right = images.count - (control[wrongOf(m)] as number)
      return right >= (control[atLeastOf(m)] as number) ? right : undefined
    })
  }

  /** Where the masks of the next batch go. */
  function nextMasks(): readonly number[] {
    return layout.masks[control[SET] === 0 ? 1 : 0]
  }

  /** Makes a mask of the batch before the base if it is much nearer to the next mask; says whether sums are to be moved. */
  function chooseBase(mask: number): boolean {
    const length = first.weights.length
    const distance = (other: number) => kernel.countDifferences(other, mask, length)
    const [nearest] = earlier
      .map((at) => ({ at, distance: distance(at) }))
      .toSorted((a, b) => a.distance - b.distance)
    if (nearest === undefined || nearest.distance >= 0.75 * distance(layout.base)) return false
    if (nearest.distance >= kernel.countOnes(mask, length)) return false
    const { move, base, before } = layout
    listChanges(place, nearest.at, move)
    u8.copyWithin(base, nearest.at, nearest.at + length)
    i64.copyWithin(before / 8, move.constants / 8, move.constants / 8 + outputs)
    return true
  }

  /** Puts images in the order of what was learnt. */
  function sort(): void {
    const seen = i32.subarray(layout.seen / 4, layout.seen / 4 + layout.tiles)
    const wrong = i32.subarray(layout.wrong / 4, layout.wrong / 4 + layout.tiles * TILE)
    seen.forEach((times, tile) => {
      const from = tile * TILE
      order.learn(from, wrong.subarray(from, Math.min(from + TILE, images.count)), times)
    })
    wrong.fill(0)
    seen.fill(0)
    order.sort()
    writeTiles(task, columns, order.order, memory, layout)
    forget()
    sortedAfter = Math.min(4 * sortedAfter, SORT_MOST)
    untilSorted = sortedAfter
  }

  /** Begins again with the mask that keeps nothing of the first layer as the base. */
  function forget(): void {
    u8.fill(0, layout.base, layout.base + first.weights.length)
    i32.fill(0, layout.sums / 4, (layout.sums + layout.tiles * layout.sumTile) / 4)
    i64.fill(0n, layout.before / 8, layout.before / 8 + outputs)
  }

  function writeTask(): void {
    i32.set(columns.offsets, layout.first.offsets / 4)
    i32.set(wholeMeans(first.inputs, images.mean), layout.first.means / 4)
    if (first.bias) f32.set(first.bias, layout.first.own / 4)
    for (const at of layout.masks.flat()) u8.fill(1, at, at + layout.constant)
    layout.later.forEach(({ mask, weights, biases, outputs: units, inputs }, l) => {
      const layer = layers[l + 1] as StackLayer
      f32.set(layer.weights, weights / 4)
      if (layer.bias) f32.set(layer.bias, biases / 4)
      if (mask !== null) return
      for (const { later } of layout.batch) {
        const { starts, entries } = later[l] as EntryPlaces
        kernel.keptEntries(0, weights, units, inputs, ROW, starts, entries)
      }
    })
    writeTiles(task, columns, order.order, memory, layout)
    const coarse = safeScales(task)
    i32.set(wholeWeights(task, coarse), layout.first.pairs / 4)
    const scales = finestScales(task, coarse, peaks())
    i32.set(wholeWeights(task, scales), layout.first.pairs / 4)
    f32.set(scales, layout.first.scales / 4)
    forget()
  }

  /** [outputs] the largest sum that positive weights alone, or negative ones, give on any image. */
  function peaks(): Float64Array {
    const { weights } = first
    const highest = new Float64Array(outputs)
    const [mask] = layout.masks[0] as [number]
    const [{ first: places }] = layout.batch as [MaskPlaces]
    f32.fill(1, layout.first.scales / 4, layout.first.scales / 4 + outputs)
    f32.fill(0, places.biases / 4, places.biases / 4 + outputs)
    for (const sign of [1, -1]) {
      forget()
      for (let i = 0; i < weights.length; i++) u8[mask + i] = Number(sign * (weights[i] as number) > 0)
      listChanges(place, mask, places)
      for (let tile = 0; tile < layout.tiles; tile++) {
        const at = computeFirst(place, tile, 0, -Infinity) / 4
        for (let i = 0; i < outputs * TILE; i++) {
          const sum = Math.abs(f32[at + i] as number)
          const u = Math.floor(i / TILE)
          if (sum > (highest[u] as number)) highest[u] = sum
        }
      }
    }
    u8.fill(1, mask, mask + layout.constant)
    return highest
  }
}
