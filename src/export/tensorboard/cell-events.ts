import type { CellRecord, LossCurve, SearchTrace } from '../../results/index.ts'
import { eventFile, type Moment } from './events.ts'

/** What there is to plot of one cell. */
export interface CellSeries {
  readonly curve: CellRecord['curve']
  readonly losses: LossCurve | undefined
  readonly trace: SearchTrace | undefined
}

/** Raised when the file written for the same curves changes. */
export const EVENTS_FORMAT = 1

/** TensorBoard reads files that are called so, and shows the folder's name; time and machine are left out of it. */
export const EVENTS_FILE = 'events.out.tfevents.0000000000.prune-bench'

/** The column of a search's trace that tells how many masks had been evaluated. */
const EVALUATED = 'evaluated'

/**
 * A cell's curves as TensorBoard events, undefined where it has none: loss and accuracies in % by epoch, losses of the
 * first iterations by iteration, the columns of a search's trace by masks evaluated.
 */
export function cellEvents({ curve, losses, trace }: CellSeries): Uint8Array | undefined {
  const moments = [...epochs(curve), ...(losses ? iterations(losses) : []), ...(trace ? rows(trace) : [])]
  return moments.length === 0 ? undefined : eventFile(moments)
}

function epochs(curve: CellRecord['curve']): Moment[] {
  return curve.map(({ epoch, loss, validation, test }) => ({
    step: epoch,
    values: {
      'loss/epoch': loss,
      ...(validation && { 'accuracy/validation': (100 * validation.correct) / validation.total }),
      ...(test && { 'accuracy/test': (100 * test.correct) / test.total }),
    },
  }))
}

function iterations({ iterations: steps, loss }: LossCurve): Moment[] {
  return steps.map((step, i) => ({ step, values: { 'loss/iteration': loss[i] as number } }))
}

function rows(trace: SearchTrace): Moment[] {
  const columns = Object.entries(trace).filter(([name]) => name !== EVALUATED)
  const length = columns[0]?.[1].length ?? 0
  return Array.from({ length }, (_, i) => ({
    step: trace[EVALUATED]?.[i] ?? i,
    values: Object.fromEntries(columns.map(([name, values]) => [`search/${name}`, values[i] as number])),
  }))
}
