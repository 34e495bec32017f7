import { sizeOf, type Shape } from '../values/host-tensor.ts'
import type { AxisBinding, NetworkStructure } from '../values/network-structure.ts'
import { Problem } from '../values/problem.ts'
import type { LayerScores } from './types.ts'

/** Scores of one maskable parameter: one for each filter, [filters], or for each weight, in the parameter's shape. */
export interface ParameterScores {
  readonly shape: Shape
  readonly values: Float32Array
}

/**
 * Scores of filters, one layer of them for each group, under its name. A filter's score is the one given for it, or the
 * mean of those of its weights (over all axes but the one filters lie along: the last of a convolution's, the first of a
 * fully connected layer's). A filter that several parameters produce, as where a shortcut is added, has the mean of
 * their scores. Throws a `Problem` that names the parameter whose scores are missing or of another shape.
 */
export function filterScores(
  structure: NetworkStructure,
  perProducer: ReadonlyMap<string, ParameterScores>,
): LayerScores[] {
  let first = 0
  return structure.groups.map(({ name, size, producers }) => {
    const sums = new Float64Array(size)
    const counts = new Uint32Array(size)
    for (const producer of producers) {
      const { axis, filters } = outputAxis(structure, producer)
      const means = meansAlong(producer, perProducer.get(producer), axis, filters.length)
      filters.forEach((filter, entry) => {
        if (filter < 0) return
        sums[filter - first] = (sums[filter - first] as number) + (means[entry] as number)
        counts[filter - first] = (counts[filter - first] as number) + 1
      })
    }
    first += size
    return { name, values: Float32Array.from(sums, (sum, i) => sum / (counts[i] as number)) }
  })
}

/** The axis of a parameter along which the filters it makes lie. */
export function outputAxis({ axes }: NetworkStructure, producer: string): AxisBinding {
  const found = axes.find(({ tensor, role }) => tensor === producer && role === 'output')
  if (found === undefined) throw new RangeError(`no axis of ${producer} is bound to the filters it produces`)
  return found
}

/** The mean of scores over all axes but one of `count` entries; scores of rank 1 are means already. */
function meansAlong(
  producer: string,
  scores: ParameterScores | undefined,
  axis: number,
  count: number,
): Float64Array {
  if (scores === undefined)
    throw new Problem('usage', `${producer} has filters but no scores`, {
      hint: 'a criterion for filters scores every maskable parameter',
    })
  const { shape, values } = scores
  const along = shape.length === 1 ? 0 : axis
  if (shape[along] !== count || values.length !== sizeOf(shape))
    throw new Problem(
      'usage',
      `the scores of ${producer}, ${values.length} of shape [${shape.join(', ')}], are not those of its ${count} filters`,
      {
        hint: `give one score for each filter, shape [${count}], or one for each weight, with the filters along axis ${axis}`,
      },
    )
  const block = sizeOf(shape.slice(along + 1))
  const sums = new Float64Array(count)
  for (let i = 0, entry = 0, inBlock = 0; i < values.length; i++) {
    sums[entry] = (sums[entry] as number) + (values[i] as number)
    if (++inBlock < block) continue
    inBlock = 0
    entry = entry + 1 === count ? 0 : entry + 1
  }
  const weights = values.length / count
  return sums.map((sum) => sum / weights)
}
