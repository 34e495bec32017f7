import type { NetworkStructure } from '../values/network-structure.ts'
import { Problem } from '../values/problem.ts'

/**
 * For each parameter that produces filters, the batch-norm scale that its filters go through, by name. Where the outputs
 * of several parameters are added, the first of them goes with the first scale of the group, and so on. Throws a `Problem`
 * that names the first group whose filters have no scales of their own.
 */
export function normScales(structure: NetworkStructure): ReadonlyMap<string, string> {
  const scales = structure.operations.filter(({ kind }) => kind === 'scale').map(({ tensor }) => tensor)
  const scaleOf = new Map<string, string>()
  let first = 0
  for (const { name, size, producers } of structure.groups) {
    const filter = first
    first += size
    const ofGroup = scales.filter((scale) =>
      structure.axes.some(
        ({ tensor, role, filters }) => tensor === scale && role === 'output' && filters.includes(filter),
      ),
    )
    if (ofGroup.length !== producers.length) {
      throw new Problem(
        'usage',
        ofGroup.length === 0
          ? `the filters of ${name} go through no batch-norm`
          : `the filters of ${name} have ${ofGroup.length} batch-norms, but ${producers.length} layers make them`,
        { hint: 'criteria that read batch-norm scales need a batch-norm after each convolution' },
      )
    }
    producers.forEach((producer, i) => scaleOf.set(producer, ofGroup[i] as string))
  }
  return scaleOf
}
