import { average } from './annealing-state.ts'
import type { AnnealingState } from './annealing-state.ts'
import type { Moment } from './schedule.ts'

/** A logged moment of annealing. Shares are of the proposals decided since the row before. */
export interface AnnealingColumns {
  /** Masks evaluated. */
  readonly evaluated: number
  /** What proposals are measured against, in %. */
  readonly averageAccuracy: number
  /** Of a proposal from the current mask: twice the flips. */
  readonly hammingDistance: number
  /** In accuracy as a share of 1. */
  readonly temperature: number
  /** Better than the average. */
  readonly downShare: number
  /** Worse, and accepted. */
  readonly upShare: number
  /** Worse, and rejected. */
  readonly noShare: number
  /** Accepted among the worse; 0 where none was worse. */
  readonly upAcceptance: number
  /** The highest average at the end of a temperature so far, in %; the present average before the first end. */
  readonly best: number
}

/** The row for a state, after at least one decision; `moment` is what held when the last was made. */
export function annealingRow(
  state: AnnealingState,
  moment: Moment,
  before: AnnealingState,
): Readonly<Record<keyof AnnealingColumns, number>> {
  const down = state.steps.down - before.steps.down
  const up = state.steps.up - before.steps.up
  const no = state.steps.no - before.steps.no
  const steps = down + up + no
  const now = average(state) as number
  return {
    evaluated: state.evaluated,
    averageAccuracy: now,
    hammingDistance: 2 * moment.flips,
    temperature: moment.temperature,
    downShare: down / steps,
    upShare: up / steps,
    noShare: no / steps,
    upAcceptance: up + no === 0 ? 0 : up / (up + no),
    best: state.best?.average ?? now,
  }
}
