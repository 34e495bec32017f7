import { setTimeout as sleep } from 'node:timers/promises'
import type { Contender, Sample } from './workload.ts'

/** Threads of an engine that has just stopped spin for a moment; nobody else is timed meanwhile. */
const SETTLE_MS = 20

/** Which sample is being taken: `round` counts from 0, 0 being the warm-up. */
export type Tell = (round: number, contender: Contender) => void

/**
 * Samples of every contender, in the contenders' order: one of each in turn, round after round (A B A B …), so that
 * what else the machine does hits all of them alike. A warm-up round before is not counted.
 */
export async function measure(
  contenders: readonly Contender[],
  runs: number,
  tell: Tell = () => undefined,
): Promise<readonly (readonly Sample[])[]> {
  const samples: Sample[][] = contenders.map(() => [])
  for (let round = 0; round <= runs; round++) {
    for (const [i, contender] of contenders.entries()) {
      tell(round, contender)
      const sample = await contender.sample()
      if (round > 0) samples[i]?.push(sample)
      await sleep(SETTLE_MS)
    }
  }
  return samples
}
