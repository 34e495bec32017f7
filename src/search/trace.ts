import { average } from './annealing.ts'
import type { AnnealingState } from './annealing.ts'
import type { Moment } from './schedule.ts'

/** The columns of a search's plot, by name. */
export type AnnealingTrace = Readonly<Record<TraceColumn, readonly number[]>>

type TraceColumn = keyof TraceRow

/** One logged moment. Shares are of the proposals decided since the row before. */
interface TraceRow {
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

/** A row is logged after so many masks: about 150 rows in all, as often as the thesis' every 300. */
export function traceEvery(budget: number): number {
  return Math.max(1, Math.round(budget / 150))
}

/** The row for a state, after at least one decision; `moment` is what held when it was decided. */
export function traceRow(state: AnnealingState, moment: Moment, before: AnnealingState): TraceRow {
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

/** Rows turned into columns. */
export function traceColumns(rows: readonly TraceRow[]): AnnealingTrace {
  const column = (name: TraceColumn) => rows.map((row) => row[name])
  return {
    evaluated: column('evaluated'),
    averageAccuracy: column('averageAccuracy'),
    hammingDistance: column('hammingDistance'),
    temperature: column('temperature'),
    downShare: column('downShare'),
    upShare: column('upShare'),
    noShare: column('noShare'),
    upAcceptance: column('upAcceptance'),
    best: column('best'),
  }
}
