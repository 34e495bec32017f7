import { structureOf, type Granularity } from '../plugin/index.ts'
import { deleteFilters, filterFactors } from '../pruning/index.ts'
import { masked } from '../training/index.ts'
import type { HostTensor, NamedTensors } from '../values/host-tensor.ts'
import type { FilterGroup, NetworkStructure } from '../values/network-structure.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { isNear } from './near.ts'
import { asProblem, withTrial, type Trial, type TriedModel } from './trial.ts'

/** Images of a batch: batch-norm needs some to normalise over. */
export const BATCH = 4

/** Of the masks and images that are compared. */
const SEEDS = [1, 2, 3] as const

/** Relative differences that rounding may make, far above what it does and far below what a mistake does. */
const ROUNDING = { inference: 1e-4, loss: 1e-4, gradient: 1e-2 }

/** A model, a random network of it, and what computes such networks of full size. */
interface Tried extends TriedModel {
  readonly structure: NetworkStructure
  readonly network: NamedTensors
  readonly run: (tensors: NamedTensors, seed: number) => Promise<Trial>
}

/**
 * Whether a model's wiring is that of its forward pass: a random network under random masks of filters computes the same
 * with these filters silenced (all that makes and reads them is 0) and deleted, in inference and in training. Throws a
 * `Problem` that names the layer whose filters make the difference.
 *
 * Where a suite prunes weights, the wiring tells what leads where. There it is enough that what a silent filter is read
 * by does not matter: normalisation over channels may be anything.
 */
export async function checkWiring(given: Omit<Tried, 'structure'>, granularity: Granularity): Promise<void> {
  const structure = structureOf(given.model)
  const { name } = given
  const tried: Tried = { ...given, structure }
  const all = structure.groups.filter(({ size }) => size > 1)
  if (all.length === 0) return
  await checkFinite(tried)
  const wrong = async (groups: readonly FilterGroup[]): Promise<Difference | undefined> => {
    const found = await differenceOf(tried, groups)
    if (found === undefined || granularity === 'filter') return found
    return (await isFree(tried, groups)) ? undefined : found
  }
  const found = await wrong(all)
  if (found === undefined) return
  for (const group of all) {
    const alone = await wrong([group])
    if (alone !== undefined) throw wiringProblem(name, structure, group, alone)
  }
  throw wiringProblem(name, structure, undefined, found)
}

/** What is no number equals nothing, itself included: nothing could be compared. */
async function checkFinite({ name, network, run }: Tried): Promise<void> {
  for (const seed of SEEDS) {
    const { logits } = await run(network, seed)
    if (logits.data.every(Number.isFinite)) continue
    throw new Problem('usage', `the model ${name} gives numbers that are not finite for random images`, {
      hint: 'look in its forward for 0/0, ∞−∞, the logarithm or the root of a negative number: images have mean 0 and variance 1 here, weights are as initialised',
    })
  }
}

/** How silenced and deleted filters differ. */
interface Difference {
  readonly when: string
  readonly cause?: unknown
}

/** How a network differs with filters of these groups silenced and deleted; undefined where it does not. */
async function differenceOf(tried: Tried, groups: readonly FilterGroup[]): Promise<Difference | undefined> {
  const { structure, network, run } = tried
  const without = (mask: Uint8Array) => deleteFilters(network, structure, mask)
  const masks = SEEDS.map((seed) => randomMask(structure, groups, seed))
  try {
    return await withTrial(tried, without(masks[0] as Uint8Array), BATCH, async (runSmall) => {
      let trainedAlike = false
      for (const [seed, mask] of masks.entries()) {
        const one = await run(silenced(tried, structure, mask), seed)
        const other = await runSmall(without(mask), seed)
        if (!isNear(one.logits, other.logits, ROUNDING.inference)) return { when: 'in inference' }
        // A ReLU's input within rounding of 0 changes whole gradients now and then, but not with every seed.
        trainedAlike ||= trainsAlike(one, other, (tensors) => deleteFilters(tensors, structure, mask))
      }
      return trainedAlike ? undefined : { when: 'in a training step' }
    })
  } catch (error) {
    return { when: 'where they are deleted, if it runs at all', cause: error }
  }
}

function trainsAlike(full: Trial, small: Trial, cut: (tensors: NamedTensors) => NamedTensors): boolean {
  const near = (a: NamedTensors, b: NamedTensors, tolerance: number) => {
    const expected = cut(a)
    return Object.entries(b).every(([name, tensor]) =>
      isNear(expected[name] as HostTensor, tensor, tolerance),
    )
  }
  return (
    isNear(full.loss, small.loss, ROUNDING.loss) &&
    near(full.buffers, small.buffers, ROUNDING.inference) &&
    near(full.gradients, small.gradients, ROUNDING.gradient)
  )
}

/** Whether a silent filter says the same whatever the weights are that read it. */
async function isFree(tried: Tried, groups: readonly FilterGroup[]): Promise<boolean> {
  const { structure, run } = tried
  const outputs = { ...structure, axes: structure.axes.filter(({ role }) => role === 'output') }
  for (const seed of SEEDS) {
    const mask = randomMask(structure, groups, seed)
    const read = await run(silenced(tried, outputs, mask), seed)
    const unread = await run(silenced(tried, structure, mask), seed)
    if (!isNear(read.logits, unread.logits, ROUNDING.inference)) return false
  }
  return true
}

function silenced({ model, network }: Tried, structure: NetworkStructure, mask: Uint8Array): NamedTensors {
  const parameters = model.parameters.map(({ name }) => name)
  return masked(network, filterFactors(network, structure, mask, parameters))
}

/** Of each of these groups some filters are kept and some not, as many for every seed. */
function randomMask(structure: NetworkStructure, groups: readonly FilterGroup[], seed: number): Uint8Array {
  const chosen = new Set(groups)
  const counts = stream(0, 'preflight/kept')
  const random = stream(seed, 'preflight/mask')
  return Uint8Array.from(
    structure.groups.flatMap((group) => {
      const { size } = group
      const kept = chosen.has(group) ? 1 + counts.integer(size - 1) : size
      return Array.from(random.permutation(size), (rank) => (rank < kept ? 1 : 0))
    }),
  )
}

function wiringProblem(
  name: string,
  structure: NetworkStructure,
  group: FilterGroup | undefined,
  { when, cause }: Difference,
): Problem {
  const which = group === undefined ? 'of several layers' : `of ${group.name}`
  const readers = group === undefined ? [] : readersOf(structure, group)
  const about = readers.length > 0 ? ` and what reads them (${readers.join(', ')})` : ''
  const message = `the wiring of the model ${name} is not that of its forward pass: without some filters ${which} it computes something else than with them silenced, ${when}`
  const between = group === undefined ? 'them' : group.name
  const hint = `correct the layers between ${between}${about}: wire must name channels in the order in which forward gives them, and forward must read sizes off its tensors. A layer that computes one channel from others, as a normalisation over channels, cannot lose some.`
  if (cause === undefined) return new Problem('usage', message, { hint })
  return asProblem(message, cause, hint)
}

/** The layers whose tensors read a group's channels. */
function readersOf({ groups, axes }: NetworkStructure, group: FilterGroup): readonly string[] {
  let first = 0
  for (const one of groups) {
    if (one === group) break
    first += one.size
  }
  const reads = axes.filter(
    ({ role, filters }) =>
      role === 'input' && filters.some((filter) => filter >= first && filter < first + group.size),
  )
  return [...new Set(reads.map(({ tensor }) => tensor.replace(/\/[^/]*$/, '')))]
}
