import type { Model } from '../plugin/index.ts'
import { aroundShare, filterEntries, paddedMask } from '../pruning/index.ts'
import { gathered, tensorOf, toldApart, type MaskForm } from '../training/index.ts'
import { float32, int32, type HostTensor, type NamedTensors } from '../values/host-tensor.ts'
import type { NetworkStructure } from '../values/network-structure.ts'

/**
 * Masks over filters as lists of the entries that are left along every axis, gathered from the network's weights: the
 * networks under them are small. `share` of the filters is kept by most masks.
 */
export function entryMasks(
  model: Model,
  weights: NamedTensors,
  structure: NetworkStructure,
  share: number,
): MaskForm {
  const room = aroundShare(share)
  const entries = filterEntries(weights, structure, new Set(model.parameters.map(({ name }) => name)))
  return {
    name: 'entries',
    constants: weights,
    given: (mask) => {
      const { kept, live } = entries.of(paddedMask(structure, mask, room), mask)
      return Object.fromEntries<HostTensor>([
        ...kept.map((list, i) => [`kept${i}`, int32([list.length], list)] as const),
        ...live.map((list, i) => [`live${i}`, float32([list.length], list)] as const),
      ])
    },
    network: (constants, given) => {
      const under = Object.entries(entries.axes).map(([name, axes]) => {
        const lists = axes.map(
          (axis) =>
            axis && {
              kept: tensorOf(given, `kept${axis.kept}`),
              live: axis.live === null ? null : tensorOf(given, `live${axis.live}`),
            },
        )
        return [name, gathered(tensorOf(constants, name), lists)] as const
      })
      return toldApart(model, { ...constants, ...Object.fromEntries(under) })
    },
  }
}
