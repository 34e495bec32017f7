/** Significant digits of a sparsity. Sparsities that agree in them are one point of the matrix. */
const DIGITS = 10

/** A sparsity as keys, selectors and `exclude` see it, at the precision of cell ids: 0.1 + 0.2 → 0.3. */
export function normalShare(share: number): number {
  return Number(share.toPrecision(DIGITS))
}

/** A share in percent, at the precision of cell ids: 0.9 → 90, 0.985 → 98.5. */
export function percentOf(share: number): number {
  return Number((100 * share).toPrecision(DIGITS))
}
