import type { HostTensor, TensorSpec } from '../values/host-tensor.ts'
import { sizeOf } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { closest } from '../values/closest.ts'
import { sameShape, shapeText } from './graph/shape.ts'
import { isHostTensor, leavesOf, type Entry } from './tree.ts'

/**
 * The tensors that a caller passed, in the order of the signature.
 * Throws a `Problem` naming the first that is missing, unknown, or of another type or shape.
 */
export function checkedInputs(
  program: string,
  expected: readonly Entry<TensorSpec>[],
  given: unknown,
): HostTensor[] {
  const found = new Map(leavesOf(given).map(({ path, leaf }) => [path, leaf]))
  const tensors = expected.map(({ path, leaf: spec }) => {
    const tensor = found.get(path)
    if (tensor === undefined)
      throw new Problem('usage', `${program}: the input ${path} is missing; expected ${specText(spec)}`)
    if (!isHostTensor(tensor))
      throw new Problem('usage', `${program}: the input ${path} is not a tensor; expected ${specText(spec)}`)
    if (tensor.dtype !== spec.dtype || !sameShape(tensor.shape, spec.shape))
      throw new Problem(
        'usage',
        `${program}: the input ${path} is ${specText(tensor)}; expected ${specText(spec)}`,
      )
    if (tensor.data.length !== sizeOf(tensor.shape))
      throw new Problem(
        'usage',
        `${program}: the input ${path} is ${specText(tensor)} but has ${tensor.data.length} elements`,
      )
    return tensor
  })
  if (found.size > expected.length) refuseUnknown(program, expected, [...found.keys()])
  return tensors
}

/**
 * The tensors of a loop's `each`, and for how many steps they are.
 * Throws a `Problem` if that is not the same for all, or none.
 */
export function checkedSeries(
  program: string,
  expected: readonly Entry<TensorSpec>[],
  given: unknown,
): { readonly series: HostTensor[]; readonly steps: number } {
  const lengths = leavesOf(given).flatMap(({ path, leaf }) =>
    isHostTensor(leaf) ? [{ path, steps: leaf.shape[0] ?? 0 }] : [],
  )
  const { path: reference, steps } = lengths[0] ?? { path: 'each', steps: 1 }
  for (const other of lengths)
    if (other.steps !== steps)
      throw new Problem(
        'usage',
        `${program}: ${other.path} has ${other.steps} steps, but ${reference} has ${steps}`,
      )
  if (steps < 1)
    throw new Problem('usage', `${program}: ${reference} has no steps`, { hint: 'Run at least one step.' })
  const long = expected.map((e) => ({ ...e, leaf: { ...e.leaf, shape: [steps, ...e.leaf.shape] } }))
  return { series: checkedInputs(program, long, given), steps }
}

/** A tensor's type and shape: `float32 [64, 784]`. */
export function specText({ dtype, shape }: TensorSpec): string {
  return `${dtype} ${shapeText(shape)}`
}

function refuseUnknown(
  program: string,
  expected: readonly Entry<TensorSpec>[],
  given: readonly string[],
): void {
  const known = expected.map((e) => e.path)
  for (const path of given) {
    if (known.includes(path)) continue
    const meant = closest(path, known)
    const hint =
      meant === undefined ? `The inputs are: ${known.join(', ') || 'none'}.` : `Did you mean ${meant}?`
    throw new Problem('usage', `${program}: there is no input ${path}`, { hint })
  }
}
