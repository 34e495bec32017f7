/**
 * Quantile of Student's t-distribution with a whole number of degrees of freedom: P(T ≤ quantile) = p, for p in [0.5, 1).
 * Bisects the finite series of the distribution (Abramowitz & Stegun 26.7.3 and 26.7.4).
 */
export function studentTQuantile(p: number, freedom: number): number {
  if (!(p >= 0.5 && p < 1)) throw new RangeError(`p must be in [0.5, 1), not ${p}`)
  if (!Number.isInteger(freedom) || freedom < 1)
    throw new RangeError(`degrees of freedom must be a whole number of at least 1, not ${freedom}`)
  const wanted = 2 * p - 1
  let [low, high] = [0, Math.PI / 2]
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return Math.sqrt(freedom) * Math.tan(middle)
    if (withinAngle(middle, freedom) < wanted) low = middle
    else high = middle
  }
}

/** P(|T| ≤ √ν · tan θ) */
function withinAngle(angle: number, freedom: number): number {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const odd = freedom % 2 === 1
  if (freedom === 1) return (2 / Math.PI) * angle
  // Terms cosⁿθ, n = 0, 2, … ν − 2, or 1, 3, … ν − 2, each the one before times (n − 1) / n · cos² θ.
  let term = odd ? cosine : 1
  let sum = term
  for (let n = odd ? 3 : 2; n <= freedom - 2; n += 2) {
    term *= ((n - 1) / n) * cosine ** 2
    sum += term
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum
}
