import type { Stream } from '../values/random.ts'
import type { Candidate, SearchMachine } from './machine.ts'
import type { MaskSpace } from './mask-space.ts'
import { countRule, requireMasks, requireSettings, shareRule } from './preconditions.ts'
import { allocation, hasChoice, layerBounds, logit } from './reinforce-allocation.ts'
import { masksByMagnitude } from './reinforce-masks.ts'
import type { Layer } from './reinforce-masks.ts'
import { drawAction, improved, policyGradient } from './reinforce-policy.ts'
import type { GaussianPolicy } from './reinforce-policy.ts'
import { runSearch } from './run-search.ts'
import type { SearchOutcome, SearchSpace } from './run-search.ts'

export interface ReinforceSettings {
  /** Masks evaluated in all. */
  readonly budget: number
  /** Masks drawn from one policy before it takes a step. */
  readonly batch: number
  /** Length of a step: of the means, in spreads, for an advantage of one standard deviation of the rewards. */
  readonly rate: number
  /** Standard deviation of each logit at first, and the least it may become. */
  readonly spread: { readonly start: number; readonly least: number }
  /** Share of the latest batch in the moving mean and variance of rewards. */
  readonly baselineRate: number
}

/** The masks that are searched, layer by layer. */
export interface LayeredMaskSpace extends MaskSpace {
  readonly layers: readonly Layer[]
  /** [size] numbers; in each layer the largest are kept. */
  readonly magnitudes: Float32Array
}

/** Where REINFORCE stands: plain data, never changed; small, as masks are told by their counts. */
export interface ReinforceState {
  readonly evaluated: number
  /** Of one logit of a keep rate per layer. */
  readonly policy: GaussianPolicy
  /** Logits and accuracies in % of the masks drawn from this policy. */
  readonly batch: readonly { readonly action: readonly number[]; readonly reward: number }[]
  /** Moving mean and variance of the accuracies in %; null before the first batch is complete. */
  readonly baseline: Baseline | null
  /** Weights kept of each layer in the most accurate mask, the first of equals. */
  readonly best: { readonly accuracy: number; readonly counts: readonly number[] } | null
}

interface Baseline {
  readonly mean: number
  readonly variance: number
}

export interface ReinforceProposal extends Candidate {
  /** Counted from 0. */
  readonly number: number
  readonly action: readonly number[]
  readonly counts: readonly number[]
}

/** Spreads grow to at most so many times what they were at first. */
const WIDEST = 2

/**
 * REINFORCE (Williams 1992) over the keep rates of layers, which is the idea of AMC (He et al. 2018): a normal policy over
 * one logit per layer, a mask for each action (`allocation`, then the largest magnitudes in each layer), its accuracy as the
 * reward, measured against a moving baseline, and a step up the policy gradient after each batch. The most accurate mask is
 * found. Its budget is 1 where there is nothing to choose, as with a single layer: then magnitudes decide alone.
 * The policy begins with the same rate for all layers. Action i comes from the child stream `action i`.
 */
export function reinforceMachine(
  settings: ReinforceSettings,
  space: LayeredMaskSpace,
  random: Stream,
): SearchMachine<ReinforceState, ReinforceProposal> {
  requireSettings('REINFORCE', [
    countRule('budget', settings.budget, 1),
    countRule('batch', settings.batch, 2),
    ['rate', settings.rate, settings.rate > 0 && settings.rate < Infinity, 'above 0'],
    [
      'spread.start',
      settings.spread.start,
      settings.spread.start > 0 && settings.spread.start < Infinity,
      'above 0',
    ],
    [
      'spread.least',
      settings.spread.least,
      settings.spread.least > 0 && settings.spread.least <= settings.spread.start,
      'above 0 and at most spread.start',
    ],
    shareRule('baselineRate', settings.baselineRate),
  ])
  requireMasks(space)
  const { size, kept, layers } = space
  const sizes = layers.map((layer) => layer.size)
  const bounds = layerBounds(sizes, kept)
  const maskOf = masksByMagnitude(layers, space.magnitudes)
  const spreads = { least: settings.spread.least, most: WIDEST * settings.spread.start }
  const isLastOfBatch = (number: number) => (number + 1) % settings.batch === 0
  const first: GaussianPolicy = {
    mean: layers.map(() => logit(kept / Math.max(1, size))),
    spread: layers.map(() => settings.spread.start),
  }

  function learnt(state: ReinforceState): ReinforceState {
    const rewards = state.batch.map(({ reward }) => reward)
    const now = momentsOf(rewards)
    // The first batch has nothing to be measured against but itself.
    const { mean, variance } = state.baseline ?? now
    const scale = Math.sqrt(variance)
    const outcomes = state.batch.map(({ action, reward }) => ({
      action,
      advantage: scale > 0 ? (reward - mean) / scale : 0,
    }))
    const policy = improved(state.policy, policyGradient(state.policy, outcomes), settings.rate, spreads)
    const moved = (from: number, to: number) => from + settings.baselineRate * (to - from)
    const baseline = { mean: moved(mean, now.mean), variance: moved(variance, now.variance) }
    return { ...state, policy, baseline, batch: [] }
  }

  return {
    budget: hasChoice(bounds, kept) ? settings.budget : 1,
    start: () => ({ evaluated: 0, policy: first, batch: [], baseline: null, best: null }),
    evaluated: (state) => state.evaluated,
    propose: ({ evaluated: number, policy }) => {
      const action = drawAction(policy, random.child(`action ${number}`))
      const counts = allocation(action, kept, bounds)
      return { number, action, counts, mask: maskOf(counts), above: -Infinity }
    },
    decide: (state, { action, counts }, accuracy) => {
      const next = {
        ...state,
        evaluated: state.evaluated + 1,
        batch: [...state.batch, { action, reward: accuracy }],
        best: accuracy > (state.best?.accuracy ?? -Infinity) ? { accuracy, counts } : state.best,
      }
      return isLastOfBatch(state.evaluated) ? learnt(next) : next
    },
    // The next batch is drawn from a policy that is not known yet.
    ahead: (state, { number }) =>
      isLastOfBatch(number) ? undefined : { ...state, evaluated: state.evaluated + 1 },
    stands: (state, { number }) => number === state.evaluated,
    accuracy: (state) => expected(state),
    row: (state) => {
      const counts = allocation(state.policy.mean, kept, bounds)
      return {
        evaluated: state.evaluated,
        accuracy: expected(state),
        best: state.best?.accuracy ?? 0,
        spread: momentsOf(state.policy.spread).mean,
        ...Object.fromEntries(
          layers.map(({ name, size: all }, layer) => [
            `sparsity ${name}`,
            1 - (counts[layer] as number) / Math.max(1, all),
          ]),
        ),
      }
    },
    found: ({ best, policy }) => maskOf(best?.counts ?? allocation(policy.mean, kept, bounds)),
  }
}

/** The mean accuracy in % of what the policy draws, as far as that is known. */
function expected({ baseline, batch }: ReinforceState): number {
  return baseline?.mean ?? momentsOf(batch.map(({ reward }) => reward)).mean
}

/** Mean and variance of some numbers; zeros of none. */
function momentsOf(numbers: readonly number[]): Baseline {
  const count = Math.max(1, numbers.length)
  const mean = numbers.reduce((sum, x) => sum + x, 0) / count
  return { mean, variance: numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count }
}

/**
 * Searches for the layer-wise sparsities of an accurate mask by REINFORCE over `settings.budget` masks. The columns of the
 * trace: `evaluated`; moving mean `accuracy` in % of the masks drawn; the `best` of them; mean `spread` of the logits; and
 * the sparsity of each layer, as a share, at the policy's mean: `sparsity fc1/weight`.
 */
export function reinforce(
  space: SearchSpace & LayeredMaskSpace & { readonly random: Stream },
  settings: ReinforceSettings,
): Promise<SearchOutcome> {
  return runSearch(space, reinforceMachine(settings, space, space.random))
}
