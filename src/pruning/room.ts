import type { FilterGroup } from '../values/network-structure.ts'

/** How many filters of a group a network has room for that must have at least so many. */
export type Room = (group: FilterGroup, live: number) => number

/** Room in multiples of so many filters, at least one multiple: close to what is needed. */
export function inMultiples(multiple: number): Room {
  if (!Number.isInteger(multiple) || multiple < 1)
    throw new RangeError(`filters cannot be counted in multiples of ${multiple}`)
  return (_, live) => Math.max(1, Math.ceil(live / multiple)) * multiple
}

/** How many standard deviations more or less than its share a group keeps now and then. */
const DEVIATIONS = 2
/** How many times more room there is where that is not enough, and less where that is too much. */
const STEP = 1.5
/** Engines compute so many channels at a time. */
const CHANNELS = 4

/**
 * Room for masks that keep a share of all filters: nearly all random ones need the same, and in steps so wide below and
 * above it masks of one search mostly do.
 */
export function aroundShare(share: number): Room {
  return ({ size }, live) => {
    const fits = (room: number): boolean => rounded(room) >= live
    const spread = DEVIATIONS * Math.sqrt(size * share * (1 - share))
    let room = Math.max(CHANNELS, Math.floor((share * size - spread) / CHANNELS) * CHANNELS)
    if (fits(room)) while (room > CHANNELS && fits(room / STEP)) room /= STEP
    else for (room = share * size + spread; !fits(room);) room *= STEP
    return rounded(room)
  }
}

function rounded(room: number): number {
  return Math.ceil(room / CHANNELS) * CHANNELS
}
