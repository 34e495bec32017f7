import type { Stream } from '../values/random.ts'
import { annealing } from './annealing.ts'
import type { MaskSpace } from './mask-space.ts'
import { runSearch } from './run-search.ts'
import type { SearchOutcome, SearchSpace } from './run-search.ts'
import type { AnnealingSettings } from './settings.ts'

/**
 * Searches for a mask of high accuracy by simulated annealing (Sanchez & Reyes 2020), deciding on `settings.budget`
 * masks. The result is the mask that was current when the average accuracy at the end of a temperature was highest; the
 * trace has the columns of `AnnealingColumns`.
 */
export function simulatedAnnealing(
  space: SearchSpace & MaskSpace & { readonly random: Stream },
  settings: AnnealingSettings,
): Promise<SearchOutcome> {
  return runSearch(space, annealing(settings, space, space.random))
}
