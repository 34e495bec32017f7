/** As many members fill more than one row of a GPU's processors. */
const START = 8

/** So much memory every GPU has that is worth computing on: where members take more, fewer of them begin. */
const MODEST = 4 * 1024 ** 3

/** What a larger group must gain to be worth its memory. */
const GAIN = 1.1

/** Runs of one size before it is judged; the first of them, which compiles and warms up, does not count. */
const RUNS = 3

/**
 * How many members to run at once: more and more, as long as that makes each of them faster, and fewer after a failure.
 * Sizes are powers of two.
 */
export class GroupSize {
  private size: number
  private most: number
  private settled = false
  /** The most steps of members per millisecond that were seen, by size. */
  private readonly rates = new Map<number, number>()
  private readonly runs = new Map<number, number>()

  /** `bytes` is what each of them computes, as far as that is known. */
  constructor(most: number, bytes = 0) {
    this.most = powerBelow(most)
    this.size = Math.min(START, this.most, powerBelow(MODEST / Math.max(bytes, 1)))
  }

  /** The most members to run at once. */
  get limit(): number {
    return this.size
  }

  /** Tells it that so many members took so many steps each in this time. */
  ran(members: number, steps: number, milliseconds: number): void {
    if (members !== this.size || this.settled) return
    const runs = (this.runs.get(members) ?? 0) + 1
    this.runs.set(members, runs)
    if (runs === 1) return
    const rate = (members * steps) / Math.max(milliseconds, 1e-3)
    this.rates.set(members, Math.max(rate, this.rates.get(members) ?? 0))
    if (runs >= RUNS) this.judge()
  }

  /** Tells it that so many members were too many. Returns how many are tried from now on. */
  failed(members: number): number {
    this.most = Math.max(1, 2 ** Math.ceil(Math.log2(members)) / 2)
    this.size = Math.min(this.size, this.most)
    this.settled = true
    return this.size
  }

  private judge(): void {
    const smaller = this.rates.get(this.size / 2)
    const gained = smaller === undefined || (this.rates.get(this.size) ?? 0) >= GAIN * smaller
    if (!gained) this.size /= 2
    if (!gained || 2 * this.size > this.most) this.settled = true
    else this.size *= 2
  }
}

function powerBelow(n: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(1, n)))
}
