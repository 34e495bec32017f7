import type { MetricName } from '../plugin/index.ts'

/** Figures that share a part of the chance of a false alarm. */
export type Family = 'trained' | 'untrained' | 'time'

/** How a change of a figure is judged. */
interface Judged {
  readonly metric: MetricName
  readonly family: Family
  /** Whether it fails a run when it gets worse; else it informs. Times gate on the machine they were accepted on only. */
  readonly gates: boolean
}

/** The figures whose changes are held against noise; those that tell what a mask is, not how good, are not among them. */
export const judgedFigures: readonly Judged[] = [
  { metric: 'last', family: 'trained', gates: true },
  { metric: 'validationSelected', family: 'trained', gates: false },
  { metric: 'search', family: 'untrained', gates: true },
  { metric: 'atK', family: 'untrained', gates: true },
  { metric: 'rewind', family: 'untrained', gates: true },
  { metric: 'latencyMasked', family: 'time', gates: true },
  { metric: 'latencyDeleted', family: 'time', gates: true },
]

/** The part of the chance of a false alarm that each family has. */
export const shares: Readonly<Record<Family, number>> = { trained: 0.96, untrained: 0.03, time: 0.01 }

/**
 * The chance that figures which are as good as before, but for noise, fail a run when a single one of a family changed; with
 * n changed ones it is that over √n, split evenly. One changed figure is likely to be what somebody worked on; where very
 * many change at once, an engine or a machine did, and hardly any is a regression.
 */
const LEVEL = 0.06

/** The one-sided level at which one of `changed` figures of a family is tested. */
export function levelOf(family: Family, changed: number): number {
  return (shares[family] * LEVEL) / (changed * Math.sqrt(changed))
}
