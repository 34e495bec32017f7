import type { ReducedPrecisionFacts } from '../plan/index.ts'
import type { FlatMask } from '../plugin/index.ts'
import type { Precision } from '../values/precision.ts'

/** One of so many decided masks is evaluated in both ways. */
const EVERY = 50

/** How many masks were decided, and what was found of those that were looked at. Plain data, never changed. */
export interface PrecisionTally extends Omit<ReducedPrecisionFacts, 'precision'> {
  readonly decided: number
}

const NOTHING: PrecisionTally = {
  decided: 0,
  masks: 0,
  images: 0,
  differently: 0,
  surplus: 0,
  deviation: 0,
  decisions: 0,
}

/** Compares evaluation in fewer bits with float32, on some of the masks that a search decides. */
export interface PrecisionCheck {
  /** Of what was decided until now, before it was cut off as well. */
  readonly tally: PrecisionTally
  readonly facts: ReducedPrecisionFacts
  /** Hears of a decided mask; it was good enough with `atLeast` right answers. */
  decided(mask: FlatMask, atLeast: number): Promise<void>
}

/** `answers` gives the class of every image under a mask, in one precision or the other. */
export function precisionCheck(
  answers: (precision: Precision, mask: FlatMask) => Promise<readonly number[]>,
  precision: ReducedPrecisionFacts['precision'],
  labels: Uint8Array,
  saved: PrecisionTally = NOTHING,
): PrecisionCheck {
  let tally = saved
  return {
    get tally() {
      return tally
    },
    get facts() {
      const { masks, images, differently, surplus, deviation, decisions } = tally
      return { precision, masks, images, differently, surplus, deviation, decisions }
    },
    async decided(mask, atLeast) {
      const isLookedAt = tally.decided % EVERY === 0
      const next = { ...tally, decided: tally.decided + 1 }
      tally = isLookedAt
        ? withMask(next, labels, atLeast, {
            full: await answers('float32', mask),
            reduced: await answers(precision, mask),
          })
        : next
    },
  }
}

function withMask(
  tally: PrecisionTally,
  labels: Uint8Array,
  atLeast: number,
  { full, reduced }: { readonly full: readonly number[]; readonly reduced: readonly number[] },
): PrecisionTally {
  const [right, rightInFull] = [reduced, full].map((answers) =>
    count(answers, (a, i) => a === labels[i]),
  ) as [number, number]
  return {
    ...tally,
    masks: tally.masks + 1,
    images: tally.images + labels.length,
    differently: tally.differently + count(reduced, (answer, i) => answer !== full[i]),
    surplus: tally.surplus + right - rightInFull,
    deviation: tally.deviation + Math.abs(right - rightInFull),
    decisions: tally.decisions + (right >= atLeast === rightInFull >= atLeast ? 0 : 1),
  }
}

function count(answers: readonly number[], is: (answer: number, image: number) => boolean): number {
  return answers.reduce((sum, answer, image) => sum + (is(answer, image) ? 1 : 0), 0)
}
