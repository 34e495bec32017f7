import { setTimeout as sleep } from 'node:timers/promises'
import type { Contender, Sample } from './workload.ts'

/** Threads of an engine that has just stopped spin for a moment; nobody else is timed meanwhile. */
const SETTLE_MS = 20

/** Which sample is being taken: `round` counts from 0, 0 being the warm-up. */
export type Tell = (round: number, contender: Contender) => void

/** How much is measured. */
export interface Extent {
  /** Samples of each contender. */
  readonly runs: number
  /** About how long all of it may take: fewer samples then, but one of each contender. No limit where absent. */
  readonly seconds?: number | undefined
}

/** What came of a contender: its samples, or why it has none. */
export type Measured = { readonly samples: readonly Sample[] } | { readonly failed: unknown }

/**
 * What came of every contender, in the contenders' order, one sample of each in turn, round after round (A B A B …), so
 * that what else the machine does hits all of them alike. A warm-up round before is not counted. One that fails is left
 * out from then on. All are closed in the end.
 */
export async function measureInTurns(
  contenders: readonly Contender[],
  { runs, seconds = Infinity }: Extent,
  tell: Tell = () => undefined,
): Promise<readonly Measured[]> {
  const series = contenders.map((contender) => new Series(contender))
  const end = performance.now() + 1000 * seconds
  for (let round = 0; round <= runs && (round < 2 || performance.now() < end); round++)
    for (const one of series) await one.take(round, tell)
  for (const one of series) await one.close()
  return series.map((one) => one.measured)
}

/**
 * The same, but one contender after the other, and each closed before the next: a GPU's memory is for one of them. Each
 * has its share of the time that is left.
 */
export async function measureOneByOne(
  contenders: readonly Contender[],
  { runs, seconds = Infinity }: Extent,
  tell: Tell = () => undefined,
): Promise<readonly Measured[]> {
  const all: Measured[] = []
  const end = performance.now() + 1000 * seconds
  for (const [i, contender] of contenders.entries()) {
    const series = new Series(contender)
    const begun = performance.now()
    const until = begun + Math.max(0, end - begun) / (contenders.length - i)
    for (let round = 0; round <= runs && (round < 2 || performance.now() < until); round++)
      await series.take(round, tell)
    await series.close()
    all.push(series.measured)
  }
  return all
}

/** One contender's samples, until it fails. */
class Series {
  measured: Measured = { samples: [] }
  private readonly contender: Contender

  constructor(contender: Contender) {
    this.contender = contender
  }

  async take(round: number, tell: Tell): Promise<void> {
    if ('failed' in this.measured) return
    tell(round, this.contender)
    try {
      const sample = await this.contender.sample()
      if (round > 0) this.measured = { samples: [...this.measured.samples, sample] }
    } catch (error) {
      this.measured = { failed: error }
    }
    await sleep(SETTLE_MS)
  }

  /** What has failed may fail to close as well: that tells nothing new. */
  async close(): Promise<void> {
    await this.contender.close().catch((error: unknown) => {
      if (!('failed' in this.measured)) throw error
    })
  }
}
