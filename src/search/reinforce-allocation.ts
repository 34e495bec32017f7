/** How many weights of each layer may be kept. */
export interface LayerBounds {
  readonly least: readonly number[]
  readonly most: readonly number[]
}

/** All a layer has at most; at least one of each layer, where as many as there are layers are kept in all. */
export function layerBounds(sizes: readonly number[], kept: number): LayerBounds {
  const occupied = sizes.filter((size) => size > 0).length
  const floor = kept >= occupied ? 1 : 0
  return { least: sizes.map((size) => Math.min(floor, size)), most: sizes }
}

/** Whether there is more than one way to keep so many weights within the bounds. */
export function hasChoice({ least, most }: LayerBounds, kept: number): boolean {
  const open = most.filter((size, layer) => size > (least[layer] as number)).length
  return open > 1 && total(least) < kept && kept < total(most)
}

/**
 * Weights kept of each layer, `kept` in all, for one logit of a keep rate per layer. All logits are shifted by the same
 * number, so that the rates, sigmoid(logit + shift), keep exactly `kept` weights in all; a layer that would keep less than
 * its least keeps that. What is left after rounding down goes to the layers with the largest remainders, of equals the
 * first.
 */
export function allocation(logits: readonly number[], kept: number, bounds: LayerBounds): number[] {
  const { least, most } = bounds
  const shares = (shift: number) =>
    logits.map((logit, layer) =>
      Math.max(least[layer] as number, (most[layer] as number) * sigmoid(logit + shift)),
    )
  const exact = shares(shiftFor(kept, logits, shares))
  const counts = exact.map(Math.floor)
  let missing = kept - total(counts)
  const byRemainder = exact
    .map((share, layer) => ({ layer, remainder: share - (counts[layer] as number) }))
    .sort((a, b) => b.remainder - a.remainder || a.layer - b.layer)
  // Shares that were rounded by floating-point numbers may leave more missing than there are remainders.
  while (missing > 0)
    for (const { layer } of byRemainder) {
      if (missing === 0 || (counts[layer] as number) >= (most[layer] as number)) continue
      counts[layer] = (counts[layer] as number) + 1
      missing--
    }
  return counts
}

/** The shift with which the shares add up to `kept`, never to more: they grow with it. */
function shiftFor(kept: number, logits: readonly number[], shares: (shift: number) => number[]): number {
  // A sigmoid of ±800 is 0 or 1.
  const reach = 800 + Math.max(...logits.map(Math.abs))
  let [low, high] = [-reach, reach]
  for (;;) {
    const middle = (low + high) / 2
    // The other way round it would never end where logits are not finite.
    if (!(low < middle && middle < high)) return low
    if (total(shares(middle)) <= kept) low = middle
    else high = middle
  }
}

/** The logit of a rate, kept within what sigmoids can tell apart from 0 and 1. */
export function logit(rate: number): number {
  const inside = Math.min(1 - 1e-6, Math.max(1e-6, rate))
  return Math.log(inside / (1 - inside))
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0)
}
