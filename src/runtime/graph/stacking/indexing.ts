import { int32, type Shape } from '../../../values/host-tensor.ts'
import { binary, broadcast } from '../elementwise.ts'
import { concat, gather, gatherNd, reshape, scatterAdd, transpose } from '../layout.ts'
import type { Node } from '../node.ts'
import { dim } from '../shape.ts'
import { whole, type Stack, type Stacking, type Value } from './value.ts'

/** Where members look into tensors of their own, their number becomes part of the index. */
export const indexing: { readonly [K in 'gather' | 'gatherNd' | 'scatterAdd']: Stack<K> } = {
  gather: (s, _, { axis }, [x, indices]) => {
    const [data, at] = [x, indices] as [Value, Value]
    if (!at.perMember) return gather(s.g, data.node, at.node, axis + 1)
    return data.perMember
      ? gatherOwn(s, data.node, at.node, axis)
      : membersFirst(s, gather(s.g, data.node, at.node, axis), axis)
  },
  gatherNd: (s, _, __, [x, indices]) => {
    const [data, at] = [x, indices] as [Value, Value]
    return gatherNd(s.g, data.node, data.perMember ? numbered(s, at) : at.node)
  },
  scatterAdd: (s, _, __, [x, indices, updates]) => {
    const [data, at, given] = [x, indices, updates] as [Value, Value, Value]
    return scatterAdd(s.g, whole(s, data), numbered(s, at), whole(s, given))
  },
}

/** All members' tensors as one long one, in which every member's indices begin where its own tensor does. */
function gatherOwn(s: Stacking, data: Node, indices: Node, axis: number): Node {
  const { g, members } = s
  const length = dim(data.shape, axis + 1)
  const axes = data.shape.map((_, i) => i)
  const forward = [0, axis + 1, ...axes.filter((i) => i !== 0 && i !== axis + 1)]
  const rows = transpose(g, data, forward)
  const flat = reshape(g, rows, [members * length, ...rows.shape.slice(2)])
  const first = ownNumber(s, indices.shape, length)
  const found = gather(g, flat, binary(g, 'add', indices, first), 0)
  // [members, …indices, …before the axis, …behind it], and the indices' axes take the place of the axis.
  const count = indices.shape.length - 1
  const at = found.shape.map((_, i) => i)
  const [own, before, behind] = [
    at.slice(1, 1 + count),
    at.slice(1 + count, 1 + count + axis),
    at.slice(1 + count + axis),
  ]
  return transpose(g, found, [0, ...before, ...own, ...behind])
}

/** What was gathered with members' indices from what they share, [… before the axis, members, …]. */
function membersFirst({ g }: Stacking, found: Node, axis: number): Node {
  const axes = found.shape.map((_, i) => i)
  return transpose(g, found, [axis, ...axes.filter((i) => i !== axis)])
}

/** Index tuples that begin with the member's number. */
function numbered(s: Stacking, indices: Value): Node {
  const tuples = whole(s, indices)
  const one = [...tuples.shape.slice(0, -1), 1]
  return concat(s.g, [broadcast(s.g, ownNumber(s, one, 1), one), tuples], one.length - 1)
}

/** `step` times the number of each member, to meet a tensor of so many axes. */
function ownNumber({ g, members }: Stacking, { length }: Shape, step: number): Node {
  const numbers = Array.from({ length: members }, (_, i) => i * step)
  return g.constant(int32([members, ...Array.from({ length: length - 1 }, () => 1)], numbers))
}
