import type { PlannedCriterion } from '../plan/index.ts'
import { structureOf, type Model, type SuiteSettings } from '../plugin/index.ts'
import { normScales } from '../pruning/index.ts'
import { Problem } from '../values/problem.ts'
import type { Loaded } from './load.ts'

/**
 * Whether a suite's model has what its criteria prune and read, before anything is computed. Throws a `Problem` that
 * names the model and what it lacks.
 */
export function checkFilters(
  settings: Pick<SuiteSettings, 'granularity' | 'model'>,
  model: Loaded<Model>,
  criteria: readonly PlannedCriterion[],
): void {
  if (settings.granularity === 'weight') return
  if (model.value.wire === undefined) {
    throw new Problem('usage', `the model ${settings.model} does not tell how its layers hang together`, {
      hint: "filters can be pruned in models built with sequential() or with a wire function; granularity: 'weight' prunes single weights",
    })
  }
  const structure = structureOf(model.value)
  if (structure.filters === 0) {
    throw new Problem('usage', `the model ${settings.model} has no filters to prune`, {
      hint: "its outputs are classes, which must stay: choose a model with more layers, or granularity: 'weight'",
    })
  }
  const reader = criteria.find(({ needs }) =>
    needs.some((need) => need === 'scales' || need === 'trainedScales'),
  )
  if (!reader) return
  try {
    normScales(structure)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem(
      'usage',
      `${reader.label} cannot score the model ${settings.model}: ${error.message}`,
      error.hint === undefined ? {} : { hint: error.hint },
    )
  }
}
