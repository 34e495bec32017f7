/** A line's points, as columns. */
export interface Line {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** The mean of lines over the points they all have, thinned to means over equal stretches. */
export function meanLine(lines: readonly Line[], most: number): Line {
  const length = lines.length === 0 ? 0 : Math.min(...lines.map(({ x }) => x.length))
  const stretch = Math.max(1, Math.ceil(length / most))
  const x: number[] = []
  const y: number[] = []
  for (let from = 0; from < length; from += stretch) {
    const to = Math.min(length, from + stretch)
    let [sumX, sumY] = [0, 0]
    for (const line of lines) {
      for (let i = from; i < to; i++) {
        sumX += line.x[i] as number
        sumY += line.y[i] as number
      }
    }
    const n = lines.length * (to - from)
    x.push(sumX / n)
    y.push(sumY / n)
  }
  return { x, y }
}
