import type { Stream } from '../values/random.ts'

/**
 * The weights of a mask in any order, those it keeps before those it prunes: position p < kept is a one, the others zeros.
 * Lets flips be drawn in time of the flips instead of the weights.
 */
export type KeptFirst = Int32Array

/** A step to a neighbour of a mask: as many ones as zeros change sides. */
export interface Flips {
  /** Weights that are pruned. */
  readonly cleared: Int32Array
  /** As many weights that are kept instead. */
  readonly set: Int32Array
  /** Positions that the draws exchanged, first those among the ones: repeating them repeats the draw. */
  readonly exchanged: Int32Array
}

/** The weights of a mask, each half in order of index. */
export function keptFirst(mask: Uint8Array): KeptFirst {
  const order = new Int32Array(mask.length)
  let at = 0
  for (const side of [1, 0]) for (let i = 0; i < mask.length; i++) if (mask[i] === side) order[at++] = i
  return order
}

/**
 * Draws `count` ones and `count` zeros, every choice equally likely (the beginning of two Fisher–Yates shuffles).
 * `order` is as it was when this returns. Draws the ones first: one integer for each, then one for each zero.
 */
export function drawFlips(order: KeptFirst, kept: number, count: number, random: Stream): Flips {
  const exchanged = new Int32Array(2 * count)
  for (let i = 0; i < count; i++) {
    exchanged[i] = i + random.integer(kept - i)
    exchange(order, i, exchanged[i] as number)
  }
  for (let i = 0; i < count; i++) {
    exchanged[count + i] = kept + i + random.integer(order.length - kept - i)
    exchange(order, kept + i, exchanged[count + i] as number)
  }
  const cleared = order.slice(0, count)
  const set = order.slice(kept, kept + count)
  for (let i = count - 1; i >= 0; i--) {
    exchange(order, kept + i, exchanged[count + i] as number)
    exchange(order, i, exchanged[i] as number)
  }
  return { cleared, set, exchanged }
}

/** The weights in order after the step: drawn ones and zeros have changed sides. */
export function afterFlips(order: KeptFirst, kept: number, flips: Flips): KeptFirst {
  const next = new Int32Array(order)
  const count = flips.cleared.length
  for (let i = 0; i < count; i++) {
    exchange(next, i, flips.exchanged[i] as number)
    exchange(next, kept + i, flips.exchanged[count + i] as number)
    exchange(next, i, kept + i)
  }
  return next
}

/** The mask after the step. */
export function flipped(mask: Uint8Array, { cleared, set }: Flips): Uint8Array {
  // Not slice: it fills its copy with zeros first.
  const next = new Uint8Array(mask)
  for (let f = 0; f < cleared.length; f++) {
    next[cleared[f] as number] = 0
    next[set[f] as number] = 1
  }
  return next
}

function exchange(order: Int32Array, a: number, b: number): void {
  const moved = order[a] as number
  order[a] = order[b] as number
  order[b] = moved
}
