import {
  LISTED,
  MASKS,
  MOVES,
  NEXT_LIST,
  NEXT_TILE,
  SET,
  atLeastOf,
  awaitAtLeast,
  countUp,
  wrongOf,
  type Control,
} from './control.ts'
import type { DenseStackKernel } from './kernel.ts'
import {
  ROW,
  TILE,
  type ChangePlaces,
  type EntryPlaces,
  type MaskPlaces,
  type StackLayout,
} from './layout.ts'
import { MEAN_STEPS } from './whole-weights.ts'

/** An evaluation as one of its threads sees it. */
export interface WorkPlace {
  readonly kernel: DenseStackKernel
  readonly memory: WebAssembly.Memory
  readonly layout: StackLayout
  readonly control: Control
  /** Its number, from 0. */
  readonly thread: number
}

/** Writes the list that leads from the base to a mask of the first layer. */
export function listChanges({ kernel, layout }: WorkPlace, mask: number, to: ChangePlaces): void {
  const { first, base, before } = layout
  kernel.changedEntries(
    base,
    mask,
    first.pairs,
    first.outputs,
    first.inputs,
    first.offsets,
    first.means,
    before,
    to.constants,
    to.fresh,
    to.starts,
    to.entries,
  )
}

/** First-layer activations of a tile under the mask at a place of the batch. */
export function computeFirst(
  { kernel, layout, thread }: WorkPlace,
  tile: number,
  mask: number,
  least: number,
): number {
  const { first, batch } = layout
  const places = (batch[mask] as MaskPlaces).first
  const activations = first.activations[thread] as number
  kernel.firstTile(
    layout.pixels + tile * layout.pixelTile,
    layout.sums + tile * layout.sumTile,
    first.outputs,
    places.fresh,
    places.starts,
    places.entries,
    first.scales,
    places.biases,
    least,
    activations,
  )
  return activations
}

/**
 * Does what is left of the batch, beside others that do the same: first lists of entries, mask by mask, then images, tile
 * by tile. A mask is looked at no more once it is certain that it gets fewer right than wanted; how many images that takes
 * depends on the order of work, what becomes certain does not.
 */
export function workOn(place: WorkPlace): void {
  const { control, layout } = place
  const masks = control[MASKS] as number
  for (let m = next(control, NEXT_LIST); m < masks; m = next(control, NEXT_LIST)) {
    makeLists(place, m)
    countUp(control, LISTED)
  }
  if (!awaitAtLeast(control, LISTED, masks)) throw new Error('another thread makes no lists')

  const moves = control[MOVES] === 1
  const seen = new Int32Array(place.memory.buffer, layout.seen, layout.tiles)
  for (let tile = next(control, NEXT_TILE); tile < layout.tiles; tile = next(control, NEXT_TILE)) {
    if (moves) moveSums(place, tile)
    let open = moves
    for (let m = 0; m < masks; m++) {
      if (layout.images - Atomics.load(control, wrongOf(m)) < (control[atLeastOf(m)] as number)) continue
      open = true
      Atomics.add(control, wrongOf(m), wrongAnswers(place, tile, m))
      seen[tile] = (seen[tile] as number) + 1
    }
    if (!open) return
  }
}

function next(control: Control, at: number): number {
  return Atomics.add(control, at, 1)
}

function makeLists(place: WorkPlace, m: number): void {
  const { kernel, layout, control } = place
  const { first } = layout
  const mask = layout.masks[control[SET] as 0 | 1][m] as number
  const places = layout.batch[m] as MaskPlaces
  listChanges(place, mask, places.first)
  const { constants, biases } = places.first
  kernel.firstBiases(constants, MEAN_STEPS, first.scales, first.own, first.outputs, biases)
  layout.later.forEach((layer, l) => {
    const { starts, entries } = places.later[l] as EntryPlaces
    if (layer.mask !== null)
      kernel.keptEntries(mask + layer.mask, layer.weights, layer.outputs, layer.inputs, ROW, starts, entries)
  })
}

function moveSums({ kernel, layout }: WorkPlace, tile: number): void {
  const { first, move } = layout
  kernel.moveTile(
    layout.pixels + tile * layout.pixelTile,
    layout.sums + tile * layout.sumTile,
    first.outputs,
    move.fresh,
    move.starts,
    move.entries,
  )
}

function wrongAnswers(place: WorkPlace, tile: number, m: number): number {
  const { kernel, layout, thread } = place
  const { first, later, batch } = layout
  let activations = computeFirst(place, tile, m, first.least)
  let classes = first.outputs
  for (const [l, layer] of later.entries()) {
    const { starts, entries } = (batch[m] as MaskPlaces).later[l] as EntryPlaces
    const out = layer.activations[thread] as number
    kernel.hiddenTile(activations, layer.outputs, starts, entries, layer.biases, layer.least, out)
    activations = out
    classes = layer.outputs
  }
  const right = kernel.rightAnswers(
    activations,
    classes,
    layout.labels + tile * ROW,
    layout.wrong + tile * ROW,
  )
  return Math.min(TILE, layout.images - tile * TILE) - right
}
