import type { Model } from '../plugin/index.ts'
import { closest } from '../values/closest.ts'
import type { NamedTensors, TensorSpec } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'

/** Parameters and buffers of a network, told apart: as tensors in memory, in a program, or as their shapes. */
export type Network<Leaf> = {
  readonly params: Readonly<Record<string, Leaf>>
  readonly buffers: Readonly<Record<string, Leaf>>
}

/**
 * A network's tensors, told apart and in the model's order. A pruned network has the model's names with smaller shapes.
 * Throws a `Problem` of kind `usage` that names a tensor which is missing, unknown or not of float32.
 */
export function networkOf(model: Model, tensors: NamedTensors): Network<NamedTensors[string]> {
  const names = [...model.parameters, ...model.buffers].map(({ name }) => name)
  for (const [name, { dtype }] of Object.entries(tensors)) {
    if (!names.includes(name)) {
      const meant = closest(name, names)
      throw new Problem('usage', `the network's tensors have ${name}, which its model does not have`, {
        hint: meant === undefined ? `the model has ${names.join(', ')}` : `did you mean ${meant}?`,
      })
    }
    if (dtype !== 'float32')
      throw new Problem('usage', `the network's tensor ${name} is ${dtype}`, {
        hint: 'parameters and buffers are float32',
      })
  }
  const named = (specs: Model['parameters'] | Model['buffers']) =>
    Object.fromEntries(
      specs.map(({ name }) => {
        const tensor = tensors[name]
        if (tensor) return [name, tensor]
        throw new Problem('usage', `the network's tensors lack ${name}`, {
          hint: `the model has ${names.join(', ')}; give all its parameters and buffers`,
        })
      }),
    )
  return { params: named(model.parameters), buffers: named(model.buffers) }
}

/** The same without looking what they are: parameters and buffers by the model's names. */
export function toldApart<Leaf>(model: Model, tensors: Readonly<Record<string, Leaf>>): Network<Leaf> {
  const named = (specs: readonly { readonly name: string }[]) =>
    Object.fromEntries(specs.map(({ name }) => [name, tensors[name] as Leaf]))
  return { params: named(model.parameters), buffers: named(model.buffers) }
}

/** All tensors of a network under their own names: parameters, then buffers. */
export function flatNetwork<Leaf>({ params, buffers }: Network<Leaf>): Readonly<Record<string, Leaf>> {
  return { ...params, ...buffers }
}

/** A network as a program's inputs. */
export function networkSpecs({ params, buffers }: Network<TensorSpec>): Network<TensorSpec> {
  return { params: specsOf(params), buffers: specsOf(buffers) }
}

/** A network's shapes as a short text, the same for equal shapes of one model: `8,6;8;3,8`. */
export function shapesText(network: Network<TensorSpec>): string {
  return Object.values(flatNetwork(network))
    .map(({ shape }) => shape.join())
    .join(';')
}

function specsOf(tensors: Readonly<Record<string, TensorSpec>>): Record<string, TensorSpec> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
  )
}
