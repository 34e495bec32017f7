import { inputsOf } from '../plan/inputs-of.ts'
import type { Plan, Unit } from '../plan/types.ts'
import type { ArtifactStore } from '../store/types.ts'
import type { Digest } from '../values/digest.ts'

/** What reaching the goals takes. Both list inputs before what needs them. */
export interface Resolution {
  /** Present in the store, and needed. */
  readonly cached: readonly Digest[]
  readonly compute: readonly Digest[]
}

/**
 * Walks from the goals to what must be computed: a unit with verified facts in the store is cached, and its inputs are
 * not looked at; any other must be computed, and so must its inputs, by the same rule. With `anew` everything is
 * computed again, whatever is stored; what the store has stays until it can be compared.
 */
export async function resolve(
  plan: Pick<Plan, 'units'>,
  goals: Iterable<Digest>,
  store: Pick<ArtifactStore, 'facts'>,
  anew = false,
): Promise<Resolution> {
  const cached: Digest[] = []
  const compute: Digest[] = []
  const seen = new Set<Digest>()
  async function visit(key: Digest): Promise<void> {
    if (seen.has(key)) return
    seen.add(key)
    const unit = unitOf(plan, key)
    // A measurement comes out otherwise each time: there is nothing to compare it with.
    if ((!anew || unit.kind === 'benchmark') && (await store.facts(key)) !== undefined) {
      cached.push(key)
      return
    }
    for (const input of inputsOf(unit)) await visit(input)
    compute.push(key)
  }
  for (const goal of goals) await visit(goal)
  return { cached, compute }
}

/** The plan's unit of that key. Throws an Error where the plan has none: then it was not made by the planner. */
export function unitOf(plan: Pick<Plan, 'units'>, key: Digest): Unit {
  const unit = plan.units.get(key)
  if (unit === undefined) throw new Error(`The plan has no unit ${key}`)
  return unit
}
