import { setTimeout as sleep } from 'node:timers/promises'
import type { Contender, Sample } from './workload.ts'

/** Threads of an engine that has just stopped spin for a moment; nobody else is timed meanwhile. */
const SETTLE_MS = 20

/** Which sample is being taken: `round` counts from 0, 0 being the warm-up. */
export type Tell = (round: number, contender: Contender) => void

/** What came of a contender: its samples, or why it has none. */
export type Measured = { readonly samples: readonly Sample[] } | { readonly failed: unknown }

/**
 * What came of every contender, in the contenders' order, one sample of each in turn, round after round (A B A B …), so
 * that what else the machine does hits all of them alike. A warm-up round before is not counted. One that fails is left
 * out from then on. All are closed in the end.
 */
export async function measureInTurns(
  contenders: readonly Contender[],
  runs: number,
  tell: Tell = () => undefined,
): Promise<readonly Measured[]> {
  const series = contenders.map((contender) => new Series(contender))
  for (let round = 0; round <= runs; round++) for (const one of series) await one.take(round, tell)
  for (const one of series) await one.close()
  return series.map((one) => one.measured)
}

/** The same, but one contender after the other, and each closed before the next: a GPU's memory is for one of them. */
export async function measureOneByOne(
  contenders: readonly Contender[],
  runs: number,
  tell: Tell = () => undefined,
): Promise<readonly Measured[]> {
  const all: Measured[] = []
  for (const contender of contenders) {
    const series = new Series(contender)
    for (let round = 0; round <= runs; round++) await series.take(round, tell)
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
