import type { MetricName } from '../plugin/index.ts'
import type { Merit } from '../values/merit.ts'

/** Figures that share a part of the chance of a false alarm. */
export type Family = 'merit' | 'untrained' | 'time'

/** How a change of a figure is judged. */
interface Judged {
  readonly metric: MetricName
  readonly family: Family
  /** Whether it fails a run when it gets worse; else it informs. Times gate on the machine they were accepted on only. */
  readonly gates: boolean
}

/**
 * The figures whose changes are held against noise; those that tell what a mask is, not how good, are not among them. The
 * suite's figure of merit gates, and masks before training do; other accuracies of the same trained networks inform.
 */
export function judgedFigures(merit: Merit): readonly Judged[] {
  const trained = (['last', 'validationSelected'] as const).map((metric): Judged => ({
    metric,
    family: 'merit',
    gates: metric === merit,
  }))
  const untrained = (['search', 'validation', 'atK', 'rewind'] as const).map((metric): Judged => ({
    metric,
    family: metric === merit ? 'merit' : 'untrained',
    // The accuracy at k of the same mask gates already.
    gates: metric === merit || metric !== 'validation',
  }))
  const times = (['latencyMasked', 'latencyDeleted'] as const).map((metric): Judged => ({
    metric,
    family: 'time',
    gates: true,
  }))
  return [...trained, ...untrained, ...times]
}

/** The part of the chance of a false alarm that each family has. */
export const shares: Readonly<Record<Family, number>> = { merit: 0.96, untrained: 0.03, time: 0.01 }

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
