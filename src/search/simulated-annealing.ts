import type { Stream } from '../values/random.ts'
import { annealing, average } from './annealing.ts'
import type { MaskSpace } from './annealing.ts'
import type { AnnealingSettings } from './settings.ts'
import { traceColumns, traceEvery, traceRow } from './trace.ts'
import type { AnnealingTrace } from './trace.ts'

/** What a search is given: the masks to search among, their accuracy, and random numbers of its own. */
export interface SearchSpace extends MaskSpace {
  /** Accuracies in % of the masked network, one for each mask. */
  readonly evaluate: (masks: readonly Uint8Array[]) => Promise<readonly number[]>
  readonly random: Stream
  readonly progress: (progress: { done: number; total: number; accuracy: number }) => void
}

/** Progress is told at least this often, in masks. */
const PROGRESS_EVERY = 25

/**
 * Searches for a mask of high accuracy by simulated annealing (Sanchez & Reyes 2020): `settings.budget` masks are
 * evaluated, one at a time, each depending on the accuracies of those before. The result is the mask that was current
 * when the average accuracy at the end of a temperature was highest; the trace has the columns of `AnnealingTrace`.
 */
export async function simulatedAnnealing(
  space: SearchSpace,
  settings: AnnealingSettings,
): Promise<{ mask: Uint8Array; trace: AnnealingTrace }> {
  const search = annealing(settings, space, space.random)
  const logEvery = traceEvery(search.budget)
  const progressEvery = Math.min(logEvery, PROGRESS_EVERY)

  let state = search.start()
  let logged = state
  const rows = []
  while (!search.finished(state)) {
    const moment = search.moment(state)
    const proposal = search.propose(state)
    const [accuracy = Number.NaN] = await space.evaluate([proposal.mask])
    state = search.decide(state, proposal, accuracy)

    const done = state.evaluated
    if (done % logEvery === 0 || search.finished(state)) {
      rows.push(traceRow(state, moment, logged))
      logged = state
    }
    if (done % progressEvery === 0 || search.finished(state))
      space.progress({ done, total: search.budget, accuracy: average(state) ?? accuracy })
  }
  return { mask: state.best?.mask ?? state.mask, trace: traceColumns(rows) }
}
