import { firstLayer, maskSize, type StackLayer, type StackTask } from './task.ts'

/**
 * Images that are computed together: four vectors of four. Sums of more do not stay in the 15 registers that V8 gives a
 * loop, and the activations of 300 units would not stay in a first-level cache.
 */
export const TILE = 16
/** Bytes of a row of a tile: four for each image, be it sum, activation or label; a column of pixels has one. */
export const ROW = TILE * 4

/**
 * Masks evaluated together: a tile's pixels and first-layer sums, which no cache holds for all images, are read once for
 * all of them. More would be evaluated in vain by a search that accepts one of them.
 */
export const BATCH = 4

/** Bytes of an entry of a layer's list, and of a pair of them in the first layer's: see `../assembly/entries.ts`. */
const ENTRY = 8
const PAIR = 16
/** Pieces begin on a cache line. */
const LINE = 64

/** A list of entries, one part per unit of a layer. */
export interface EntryPlaces {
  readonly starts: number
  readonly entries: number
}

/** What leads from one mask of the first layer to another. */
export interface ChangePlaces extends EntryPlaces {
  readonly fresh: number
  readonly constants: number
}

/** What is made of one mask before images are looked at. */
export interface MaskPlaces {
  readonly first: ChangePlaces & { readonly biases: number }
  /** By layer after the first. */
  readonly later: readonly EntryPlaces[]
}

/** A layer after the first. */
export interface LaterPlaces {
  readonly inputs: number
  readonly outputs: number
  /** What activations are at least: 0 with ReLU, −∞ without. */
  readonly least: number
  /** Where its entries begin in a mask; null where masks do not cover it. */
  readonly mask: number | null
  readonly weights: number
  readonly biases: number
  /** By thread. */
  readonly activations: readonly number[]
}

/** Where everything lies in the memory of an evaluation. Addresses are bytes. Plain data: threads get it. */
export interface StackLayout {
  /** Of all of it. */
  readonly bytes: number
  readonly images: number
  readonly tiles: number
  readonly first: {
    readonly inputs: number
    readonly outputs: number
    readonly least: number
    /** Whole weights. */
    readonly pairs: number
    /** Of pixel columns in a tile. */
    readonly offsets: number
    readonly means: number
    readonly scales: number
    readonly own: number
    /** By thread. */
    readonly activations: readonly number[]
  }
  readonly later: readonly LaterPlaces[]
  /** Pixels of all tiles; bytes from one tile to the next. */
  readonly pixels: number
  readonly pixelTile: number
  /** First-layer sums of all tiles under the mask at `base`, whose constants are at `before`. */
  readonly sums: number
  readonly sumTile: number
  readonly base: number
  readonly before: number
  readonly labels: number
  /** How often each image was wrong, and each tile looked at, since these were last set to 0. */
  readonly wrong: number
  readonly seen: number
  /** What leads to a new base. */
  readonly move: ChangePlaces
  /** Bytes of ones before each mask: they stand for a first layer that masks do not cover. */
  readonly constant: number
  /** Two sets of masks, those of this batch and those of the one before. */
  readonly masks: readonly [readonly number[], readonly number[]]
  /** By place in the batch. */
  readonly batch: readonly MaskPlaces[]
}

/** Lays out the memory for a task with so many columns of pixels that are not dark everywhere, and so many threads. */
export function stackLayout(task: StackTask, columns: number, threads: number): StackLayout {
  const { layers, images } = task
  const first = firstLayer(task)
  const tiles = Math.ceil(images.count / TILE)
  const pixelTile = columns * TILE
  const sumTile = first.outputs * ROW
  const constant = first.masked ? 0 : first.weights.length
  const maskBytes = constant + maskSize(task)

  let end = LINE
  // Room to read 15 bytes past the end of each piece.
  const place = (bytes: number) => {
    const at = end
    end += Math.ceil((bytes + 15) / LINE) * LINE
    return at
  }
  const each = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)
  const list = ({ outputs, weights }: StackLayer): EntryPlaces => ({
    starts: place(4 * (outputs + 1)),
    entries: place(ENTRY * weights.length),
  })
  const change = (): ChangePlaces => ({
    starts: place(4 * (first.outputs + 1)),
    entries: place(PAIR * first.outputs * Math.ceil(first.inputs / 2)),
    fresh: place(4 * first.outputs),
    constants: place(8 * first.outputs),
  })

  let inMask = first.masked ? first.weights.length : constant
  const later = layers.slice(1).map((layer, l): LaterPlaces => {
    const mask = layer.masked ? inMask : null
    if (layer.masked) inMask += layer.weights.length
    return {
      inputs: layer.inputs,
      outputs: layer.outputs,
      least: l + 2 < layers.length ? 0 : -Infinity,
      mask,
      weights: place(4 * layer.weights.length),
      biases: place(4 * layer.outputs),
      activations: each(threads, () => place(layer.outputs * ROW)),
    }
  })
  const layout = {
    images: images.count,
    tiles,
    first: {
      inputs: first.inputs,
      outputs: first.outputs,
      least: later.length > 0 ? 0 : -Infinity,
      pairs: place(4 * first.weights.length),
      offsets: place(4 * first.inputs),
      means: place(4 * first.inputs),
      scales: place(4 * first.outputs),
      own: place(4 * first.outputs),
      activations: each(threads, () => place(sumTile)),
    },
    later,
    pixels: place(tiles * pixelTile),
    pixelTile,
    sums: place(tiles * sumTile),
    sumTile,
    base: place(maskBytes),
    before: place(8 * first.outputs),
    labels: place(tiles * ROW),
    wrong: place(tiles * ROW),
    seen: place(4 * tiles),
    move: change(),
    constant,
    masks: [each(BATCH, () => place(maskBytes)), each(BATCH, () => place(maskBytes))],
    batch: each(BATCH, () => ({
      first: { ...change(), biases: place(4 * first.outputs) },
      later: layers.slice(1).map(list),
    })),
  } satisfies Omit<StackLayout, 'bytes'>
  return { ...layout, bytes: end }
}

/** Bytes that an evaluation of the task takes at most. */
export function stackBytes(task: StackTask, threads: number): number {
  return stackLayout(task, firstLayer(task).inputs, threads).bytes
}
