import type { TensorSpec } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { shapeText } from './graph/shape.ts'
import { seenAs } from './trace/dtype.ts'
import { branchOf, entriesOf, isSpec, type Entry } from './tree.ts'
import type { LoopSignature } from './types.ts'

/** The leaves of a loop's signature, group by group. */
export interface LoopEntries {
  readonly constants: readonly Entry<TensorSpec>[]
  readonly carry: readonly Entry<TensorSpec>[]
  readonly each: readonly Entry<TensorSpec>[]
}

/** Throws a `Problem` if nothing would say how many steps there are. */
export function loopEntries(name: string, signature: LoopSignature): LoopEntries {
  const entries = {
    constants: entriesOf(signature.constants, isSpec),
    carry: entriesOf(signature.carry, isSpec),
    each: entriesOf(signature.each, isSpec),
  }
  if (entries.each.length === 0)
    throw new Problem('usage', `${name}: nothing in \`each\` says how many steps there are`, {
      hint: 'Give every step at least one tensor of its own, such as the indices of its batch.',
    })
  return entries
}

/** What a step returned, told apart; throws a `Problem` if the carry does not fit its signature. */
export function splitOutputs<Leaf extends { readonly dtype: string; readonly shape: readonly number[] }>(
  name: string,
  carry: readonly Entry<TensorSpec>[],
  outputs: readonly Entry<Leaf>[],
): { readonly carry: Leaf[]; readonly out: Entry<Leaf>[] } {
  const next = new Map(branchOf(outputs, 'carry').map((e) => [e.path, e.leaf]))
  for (const { names, path } of outputs)
    if (names[0] !== 'carry' && names[0] !== 'out')
      throw new Problem('usage', `${name}: the step returns ${path}`, {
        hint: 'A step returns { carry, out }: the next state and what is kept of this step.',
      })
  const ordered = carry.map(({ path, leaf: spec }) => {
    const value = next.get(path)
    next.delete(path)
    if (value === undefined) throw new Problem('usage', `${name}: the step does not return carry.${path}`)
    const seen = seenAs(spec.dtype)
    if (value.dtype !== seen || value.shape.join() !== spec.shape.join())
      throw new Problem(
        'usage',
        `${name}: the step returns carry.${path} as ${value.dtype} ${shapeText(value.shape)}, but takes it as ${seen} ${shapeText(spec.shape)}`,
        { hint: 'The next state must have the types and shapes of the one before.' },
      )
    return value
  })
  for (const path of next.keys())
    throw new Problem('usage', `${name}: the step returns carry.${path}, which its signature does not have`)
  return { carry: ordered, out: branchOf(outputs, 'out') }
}
