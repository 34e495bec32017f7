/**
 * The highest number below an accuracy in %: an accuracy above it is no worse. Nothing is worse than 0 %, for which it is
 * −Infinity.
 */
export function justBelow(accuracy: number): number {
  return accuracy > 0 ? accuracy * (1 - Number.EPSILON / 2) : -Infinity
}
