import type { Stream } from '../values/random.ts'

/** Independent normal distributions, one for each number of an action. Its density is π(x). */
export interface GaussianPolicy {
  readonly mean: readonly number[]
  /** Standard deviations. */
  readonly spread: readonly number[]
}

/** An action and by how much its reward was better than expected. */
export interface Outcome {
  readonly action: readonly number[]
  readonly advantage: number
}

export function drawAction({ mean, spread }: GaussianPolicy, random: Stream): number[] {
  return mean.map((m, i) => m + (spread[i] as number) * random.normal())
}

/**
 * REINFORCE's estimate of the gradient of the expected reward with respect to means and spreads (Williams 1992, section 6):
 * the mean over outcomes of advantage · ∇ ln π(action).
 */
export function policyGradient(policy: GaussianPolicy, outcomes: readonly Outcome[]): GaussianPolicy {
  const mean = policy.mean.map(() => 0)
  const spread = policy.mean.map(() => 0)
  for (const { action, advantage } of outcomes)
    for (const [i, m] of policy.mean.entries()) {
      const s = policy.spread[i] as number
      const off = (action[i] as number) - m
      mean[i] = (mean[i] as number) + (advantage * off) / s ** 2 / outcomes.length
      spread[i] = (spread[i] as number) + (advantage * (off ** 2 - s ** 2)) / s ** 3 / outcomes.length
    }
  return { mean, spread }
}

/**
 * The policy after a step up its gradient. Steps are `rate` · σ² long in mean and spread of each number, as Williams chose
 * them: a narrow policy, whose gradient is steep, takes small steps. Spreads are kept within `least` and `most`.
 */
export function improved(
  policy: GaussianPolicy,
  gradient: GaussianPolicy,
  rate: number,
  bounds: { readonly least: number; readonly most: number },
): GaussianPolicy {
  const step = (i: number, slope: number) => rate * (policy.spread[i] as number) ** 2 * slope
  return {
    mean: policy.mean.map((m, i) => m + step(i, gradient.mean[i] as number)),
    spread: policy.spread.map((s, i) =>
      Math.min(bounds.most, Math.max(bounds.least, s + step(i, gradient.spread[i] as number))),
    ),
  }
}
