import type * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import { aroundShare, filterEntries, paddedMask } from '../pruning/index.ts'
import { gathered, tensorOf, toldApart, type MaskForm } from '../training/index.ts'
import { int32, type HostTensor, type NamedTensors } from '../values/host-tensor.ts'
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
      const lists = entries.lists(paddedMask(structure, mask, room), mask)
      return { lists: joined(lists), lengths: lists.map(({ length }) => length) }
    },
    network: (constants, lists) => {
      const under = Object.entries(entries.axes).map(([name, axes]) => {
        const along = axes.map(
          (axis) =>
            axis && {
              kept: lists[axis.kept] as tf.Tensor,
              live: axis.live === null ? null : (lists[axis.live] as tf.Tensor),
            },
        )
        return [name, gathered(tensorOf(constants, name), along)] as const
      })
      return toldApart(model, { ...constants, ...Object.fromEntries(under) })
    },
  }
}

function joined(lists: readonly Int32Array[]): HostTensor {
  const all = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const list of lists) {
    all.set(list, at)
    at += list.length
  }
  return int32([all.length], all)
}
