import type { NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { masked } from './network.ts'

/**
 * A training between two steps: all that the steps to come depend on, but for its task. A pruned network goes on from
 * it when the same entries are deleted from `params` and from every slot.
 */
export interface Checkpoint {
  /** Steps taken. */
  readonly step: number
  /** Network tensors: parameters and buffers. */
  readonly params: NamedTensors
  /** What the optimizer remembers: for each slot, a tensor for every parameter. */
  readonly slots: Readonly<Record<string, NamedTensors>>
}

const OPTIMIZER = 'optimizer/'

/** A checkpoint's tensors in one record: the network's under their own names, the optimizer's as `optimizer/slot/name`. */
export function checkpointTensors({ params, slots }: Checkpoint): NamedTensors {
  const taken = Object.keys(params).find((name) => name.startsWith(OPTIMIZER))
  if (taken !== undefined)
    throw new Problem('usage', `the network has a tensor named ${taken}`, {
      hint: 'names that begin with optimizer/ are the optimizer state’s: name the layer otherwise',
    })
  const remembered = Object.entries(slots).flatMap(([slot, tensors]) =>
    Object.entries(tensors).map(([name, tensor]) => [`${OPTIMIZER}${slot}/${name}`, tensor] as const),
  )
  return { ...params, ...Object.fromEntries(remembered) }
}

/** The checkpoint that `checkpointTensors` wrote after `step` steps. */
export function checkpointFrom(tensors: NamedTensors, step: number): Checkpoint {
  const slots: Record<string, Record<string, NamedTensors[string]>> = {}
  for (const [path, tensor] of Object.entries(tensors)) {
    if (!path.startsWith(OPTIMIZER)) continue
    const [slot, ...name] = path.slice(OPTIMIZER.length).split('/')
    ;(slots[slot as string] ??= {})[name.join('/')] = tensor
  }
  return { step, params: networkTensors(tensors), slots }
}

/** The network's tensors among those of a checkpoint. */
export function networkTensors(tensors: NamedTensors): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.startsWith(OPTIMIZER)))
}

/**
 * A checkpoint's slots for an optimizer that has these and a network with these parameters, in their order and zero
 * where masked. Throws a `Problem` of kind `usage` that names what is missing, left over or of another shape.
 */
export function slotsOf(
  { step, slots }: Checkpoint,
  names: readonly string[],
  params: NamedTensors,
  masks: NamedTensors,
): Checkpoint['slots'] {
  const refuse = (what: string) =>
    new Problem('usage', `training cannot be resumed at step ${step}: the checkpoint has ${what}`, {
      hint: 'resume with the settings it was written with; where filters are deleted, delete them in the slots too',
    })
  for (const slot of Object.keys(slots))
    if (!names.includes(slot)) throw refuse(`a ${slot} that the optimizer does not use`)
  const found = names.map((slot) => {
    const tensors = slots[slot]
    if (!tensors) throw refuse(`no ${slot} of the optimizer`)
    const inOrder = Object.entries(params).map(([name, { shape }]) => {
      const tensor = tensors[name]
      if (!tensor) throw refuse(`no ${slot} of ${name}`)
      if (tensor.shape.join() === shape.join()) return [name, tensor] as const
      throw refuse(`${slot} [${tensor.shape.join(', ')}] of ${name}, which is [${shape.join(', ')}]`)
    })
    return [slot, masked(Object.fromEntries(inOrder), masks)] as const
  })
  return Object.fromEntries(found)
}
