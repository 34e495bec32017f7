import { broadcast } from '../elementwise.ts'
import { concat, pad, reshape, slice, tile, transpose } from '../layout.ts'
import type { Node } from '../node.ts'
import { cumsum, arg, reduce, softmax, topk } from '../reduction.ts'
import { aligned, whole, type Stack, type Stacking, type Value } from './value.ts'

type Kinds =
  | 'broadcast'
  | 'reshape'
  | 'transpose'
  | 'slice'
  | 'concat'
  | 'pad'
  | 'tile'
  | 'cumsum'
  | 'topk'
  | 'reduce'
  | 'arg'
  | 'softmax'

/** What works along axes does so along the same ones, which come one later. */
export const alongAxes: { readonly [K in Kinds]: Stack<K> } = {
  broadcast: (s, node, _, [x]) =>
    broadcast(s.g, aligned(s, x as Value, node.shape.length), led(s, node.shape)),
  reshape: (s, node, _, [x]) => reshape(s.g, nodeOf(x), led(s, node.shape)),
  transpose: (s, _, { perm }, [x]) => transpose(s.g, nodeOf(x), [0, ...perm.map(later)]),
  slice: (s, node, { begin, strides }, [x]) =>
    slice(s.g, nodeOf(x), [0, ...begin], led(s, node.shape), [1, ...strides]),
  concat: (s, _, { axis }, parts) =>
    concat(
      s.g,
      parts.map((part) => whole(s, part)),
      later(axis),
    ),
  pad: (s, _, { before, after, value }, [x]) => pad(s.g, nodeOf(x), [0, ...before], [0, ...after], value),
  tile: (s, _, { reps }, [x]) => tile(s.g, nodeOf(x), [1, ...reps]),
  cumsum: (s, _, { axis, exclusive, reverse }, [x]) =>
    cumsum(s.g, nodeOf(x), later(axis), exclusive, reverse),
  topk: (s, _, { k, give }, [x]) => topk(s.g, nodeOf(x), k, give),
  reduce: (s, _, { fn, axes, keepDims }, [x]) => reduce(s.g, fn, nodeOf(x), axes.map(later), keepDims),
  arg: (s, _, { fn, axis }, [x]) => arg(s.g, fn, nodeOf(x), later(axis)),
  softmax: (s, _, __, [x]) => softmax(s.g, nodeOf(x)),
}

function later(axis: number): number {
  return axis + 1
}

function led({ members }: Stacking, shape: readonly number[]): number[] {
  return [members, ...shape]
}

/** The only input's, which therefore is different for every member. */
function nodeOf(x: Value | undefined): Node {
  if (!x) throw new RangeError('a node without an input')
  return x.node
}
