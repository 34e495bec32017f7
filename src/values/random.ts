import { digest } from './digest.ts'

const PARITY = 0x1bd11bda

/**
 * Threefry-2x32 with 20 rounds: a keyed bijection of 64-bit counters whose outputs look random
 * (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). Writes two words to `out` at `at`.
 */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number, out: Uint32Array, at = 0): void {
  const k2 = PARITY ^ k0 ^ k1
  let x0 = (c0 + k0) | 0
  let x1 = (c1 + k1) | 0
  // Five times four rounds and a part of the key, written out: rotations by constants take a quarter of the time.
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 13) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 15) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 26) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 6) ^ x0
  x0 = (x0 + k1) | 0
  x1 = (x1 + k2 + 1) | 0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 17) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 29) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 16) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 24) ^ x0
  x0 = (x0 + k2) | 0
  x1 = (x1 + k0 + 2) | 0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 13) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 15) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 26) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 6) ^ x0
  x0 = (x0 + k0) | 0
  x1 = (x1 + k1 + 3) | 0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 17) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 29) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 16) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 24) ^ x0
  x0 = (x0 + k1) | 0
  x1 = (x1 + k2 + 4) | 0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 13) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 15) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 26) ^ x0
  x0 = (x0 + x1) | 0
  x1 = rotated(x1, 6) ^ x0
  x0 = (x0 + k2) | 0
  x1 = (x1 + k0 + 5) | 0
  out[at] = x0
  out[at + 1] = x1
}

function rotated(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by))
}

/**
 * A stream of random numbers that depends on its seed and its name alone, not on what was drawn elsewhere:
 * `stream(7, 'batches/epoch-3')` is the same on every machine and in every order of execution.
 */
export interface Stream {
  /** An integer in [0, 2³²). */
  uint32(): number
  /** A float32-exact number in [0, 1): multiples of 2⁻²⁴. */
  uniform(): number
  /** An integer in [0, `below`), without bias. `below` is in [1, 2³²]. */
  integer(below: number): number
  /** A draw from the standard normal distribution (Box–Muller). */
  normal(): number
  /** The integers 0 … n−1 in random order (Fisher–Yates). */
  permutation(n: number): Int32Array
  /** An independent stream for a part of this one's purpose; drawing from either does not change the other. */
  child(name: string): Stream
  /** How many 32-bit words were drawn so far; give it to `at` to go on from there. */
  readonly position: number
  /** The same stream, standing at `position`. */
  at(position: number): Stream
}

/** The stream of a seed (any string or integer) for one purpose. */
export function stream(seed: number | string, name: string): Stream {
  return named(`${seed}/${name}`)
}

function named(path: string): Stream {
  const key = digest(path)
  return new Threefry(
    path,
    [Number.parseInt(key.slice(0, 8), 16) | 0, Number.parseInt(key.slice(8, 16), 16) | 0],
    0,
  )
}

class Threefry implements Stream {
  private readonly block = new Uint32Array(2)
  private readonly k0: number
  private readonly k1: number
  private readonly path: string
  private drawn: number

  constructor(path: string, [k0, k1]: readonly [number, number], position: number) {
    this.path = path
    this.k0 = k0
    this.k1 = k1
    this.drawn = position
    if (position % 2 === 1) this.fill(position - 1)
  }

  get position(): number {
    return this.drawn
  }

  at(position: number): Stream {
    return new Threefry(this.path, [this.k0, this.k1], position)
  }

  child(name: string): Stream {
    return named(`${this.path}/${name}`)
  }

  uint32(): number {
    const lane = this.drawn & 1
    if (lane === 0) this.fill(this.drawn)
    this.drawn++
    return this.block[lane] as number
  }

  uniform(): number {
    return (this.uint32() >>> 8) * 2 ** -24
  }

  integer(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 2 ** 32)
      throw new RangeError(`integer(${below}): below must be in 1 … 2³²`)
    let word = this.uint32()
    // Below every limit: nearly always, and then a remainder of integers will do, which takes a third of the time.
    if (word < 2 ** 32 - below) return (word >>> 0) % (below >>> 0)
    const limit = 2 ** 32 - (2 ** 32 % below)
    while (word >= limit) word = this.uint32()
    return word % below
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return radius * Math.cos(2 * Math.PI * this.uniform())
  }

  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const moved = order[i] as number
      order[i] = order[j] as number
      order[j] = moved
    }
    return order
  }

  private fill(position: number): void {
    const counter = position / 2
    threefry2x32(this.k0, this.k1, counter >>> 0, Math.floor(counter / 2 ** 32), this.block)
  }
}
