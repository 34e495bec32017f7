import type { Sliding } from './windows.ts'

/** A matrix as its rows. */
export type Matrix = readonly (readonly number[])[]

/**
 * Sliding windows along one axis as products at points (Toom and Cook; Winograd 1980):
 * the weighted sums of all windows are output · ((filter · weights) ∘ (input · pixels)), ∘ element by element.
 */
export interface WinogradAxis {
  readonly points: number
  /** [points, pixels]; what lies beyond the image's edges counts as zero. */
  readonly input: Matrix
  /** [points, taps] */
  readonly filter: Matrix
  /** [windows, points] */
  readonly output: Matrix
}

/**
 * Where polynomials are evaluated, besides infinity, by how many places are needed: those with the least rounding
 * errors among small fractions (relative L2 error of a product in float32: 4e-7 at five places, 1.2e-6 at six).
 */
const PLACES: readonly (readonly number[])[] = [
  [],
  [0],
  [0, -1],
  [0, 1, -1],
  [0, 1, -1, 0.5],
  [0, 0.5, -0.5, 1.5, -1.5],
  [0, 1, -1, 0.5, -0.5, 2],
]

/** How windows along an axis are computed at points, with as few of them as rounding allows; undefined if none are saved. */
export function winogradAxis(along: Sliding): WinogradAxis | undefined {
  const { size, windows, taps, stride, dilation, before } = along
  if (dilation !== 1 || taps <= stride) return undefined
  const phases = range(stride).map((phase) => Math.ceil((taps - phase) / stride))
  const largest = PLACES.length - Math.max(...phases) + 1
  if (largest < 2 || windows < 2) return undefined
  const tiles = Math.ceil(windows / largest)
  const input: number[][] = []
  const filter: number[][] = []
  const output = range(windows).map((): number[] => [])
  for (const tile of range(tiles)) {
    const first = Math.floor((tile * windows) / tiles)
    const count = Math.floor(((tile + 1) * windows) / tiles) - first
    // Pixels and taps at every stride-th place, from each start: sums of windows that lie one after the other.
    for (const [phase, length] of phases.entries()) {
      const { pixelsAt, tapsAt, sumsOf } = correlation(count, length)
      for (const row of pixelsAt) input.push(placed(size, row, first * stride + phase - before, stride))
      for (const row of tapsAt) filter.push(placed(taps, row, phase, stride))
      for (const [window, sums] of output.entries())
        sums.push(...(sumsOf[window - first] ?? range(pixelsAt.length).map(() => 0)))
    }
  }
  return { points: input.length, input, filter, output }
}

/** `count` windows of `length` pixels, one after the other, from as many points as they cover pixels. */
function correlation(count: number, length: number): { pixelsAt: Matrix; tapsAt: Matrix; sumsOf: Matrix } {
  const points = count + length - 1
  if (length === 1)
    return { pixelsAt: identity(count), tapsAt: range(count).map(() => [1]), sumsOf: identity(count) }
  const places = PLACES[points - 1] as readonly number[]
  // The transpose of multiplying two polynomials by evaluating them and interpolating their product.
  return {
    pixelsAt: transposed(inverse(evaluation(places, points))),
    tapsAt: evaluation(places, length),
    sumsOf: transposed(evaluation(places, count)),
  }
}

/** Values of a polynomial of so many coefficients at the places and, as its highest coefficient, at infinity. */
function evaluation(places: readonly number[], coefficients: number): Matrix {
  return [
    ...places.map((place) => range(coefficients).map((power) => place ** power)),
    range(coefficients).map((power) => (power === coefficients - 1 ? 1 : 0)),
  ]
}

/** A row with entries at `start`, `start + step`, …; those outside of it are left out. */
function placed(length: number, entries: readonly number[], start: number, step: number): number[] {
  const row = range(length).map(() => 0)
  for (const [i, entry] of entries.entries()) {
    const at = start + i * step
    if (at >= 0 && at < length) row[at] = entry
  }
  return row
}

/** By Gauss and Jordan, with the largest pivot of each column. */
function inverse(matrix: Matrix): Matrix {
  const n = matrix.length
  const rows = matrix.map((row, i) => [...row, ...(identity(n)[i] as readonly number[])])
  for (const column of range(n)) {
    const size = (i: number): number => Math.abs(rows[i]?.[column] ?? 0)
    const pivot = range(n).reduce((best, i) => (i >= column && size(i) > size(best) ? i : best), column)
    const [upper, lower] = [rows[column] as number[], rows[pivot] as number[]]
    rows[pivot] = upper
    const unit = lower.map((v) => v / (lower[column] as number))
    rows[column] = unit
    for (const [i, row] of rows.entries())
      if (i !== column) rows[i] = row.map((v, j) => v - (row[column] as number) * (unit[j] as number))
  }
  return rows.map((row) => row.slice(n))
}

export function transposed(matrix: Matrix): Matrix {
  return (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j] as number))
}

/** What a matrix along rows and one along columns do to images whose pixels are written as one list. */
export function kronecker(down: Matrix, across: Matrix): Matrix {
  return down.flatMap((a) => across.map((b) => a.flatMap((x) => b.map((y) => x * y))))
}

function identity(n: number): Matrix {
  return range(n).map((i) => range(n).map((j) => (i === j ? 1 : 0)))
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}
