import type { Stream } from '../values/random.ts'

/** How light a surface is at a place: in [0, 1], coordinates in pixels. */
export type Pattern = (x: number, y: number) => number

/** How a family of patterns is drawn from `random`: `period` is the distance of two repetitions, `sharpness` that of its edges. */
type PatternFamily = (random: Stream, period: number, sharpness: number) => Pattern

const LATTICE = 16

/** The families a texture may be of. All repeat at the same range of periods, so that no frequency tells one. */
export const PATTERN_FAMILIES: readonly PatternFamily[] = [
  // 0: stripes
  (random, period, sharpness) => {
    const start = random.uniform()
    return (x) => step(wave(x / period + start), sharpness)
  },
  // 1: checks
  (random, period, sharpness) => {
    const [startX, startY] = [random.uniform(), random.uniform()]
    return (x, y) => step(wave(x / period + startX) * wave(y / period + startY), 2 * sharpness)
  },
  // 2: dots
  (random, period, sharpness) => {
    const [startX, startY] = [random.uniform(), random.uniform()]
    return (x, y) => {
      const [u, v] = [x / period + startX, y / period + startY]
      const [fromX, fromY] = [u - Math.floor(u) - 0.5, v - Math.floor(v) - 0.5]
      return step(4 * (0.36 - Math.sqrt(fromX * fromX + fromY * fromY)), sharpness)
    }
  },
  // 3: rings
  (random, period, sharpness) => {
    const [start, centreX, centreY] = [random.uniform(), random.uniform() - 0.5, random.uniform() - 0.5]
    return (x, y) => {
      const [u, v] = [x / period - centreX, y / period - centreY]
      return step(wave(Math.sqrt(u * u + v * v) + start), sharpness)
    }
  },
  // 4: blotches (value noise: a random lattice, smoothly interpolated)
  (random, period, sharpness) => {
    const lattice = Float64Array.from({ length: LATTICE * LATTICE }, () => 2 * random.uniform() - 1)
    const at = (i: number, j: number) =>
      lattice[(i & (LATTICE - 1)) * LATTICE + (j & (LATTICE - 1))] as number
    return (x, y) => {
      const [u, v] = [(2 * x) / period, (2 * y) / period]
      const [i, j] = [Math.floor(u), Math.floor(v)]
      const [s, t] = [smooth(u - i), smooth(v - j)]
      const left = at(i, j) + t * (at(i, j + 1) - at(i, j))
      const right = at(i + 1, j) + t * (at(i + 1, j + 1) - at(i + 1, j))
      return step(2 * (left + s * (right - left)), sharpness)
    }
  },
]

/** The triangle wave of period 1 between −1 and 1. */
function wave(t: number): number {
  return Math.abs(4 * (t - Math.floor(t)) - 2) - 1
}

/** From 0 to 1 around `t` = 0. */
function step(t: number, sharpness: number): number {
  return Math.min(1, Math.max(0, 0.5 + sharpness * t))
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t)
}
