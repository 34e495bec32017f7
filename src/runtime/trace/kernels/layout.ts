import type * as tf from '@tensorflow/tfjs-core'
import { slice_util } from '@tensorflow/tfjs-core'
import type { Graph } from '../../graph/graph.ts'
import { concat, pad, reshape, reverse, slice, tile, transpose } from '../../graph/layout.ts'
import type { Node } from '../../graph/node.ts'
import { axisOf, dim, shapeText } from '../../graph/shape.ts'
import { check } from '../check.ts'
import { sizeOf } from '../../../values/host-tensor.ts'
import { rule, type Rules } from '../rule.ts'

/** Pieces of `x` along an axis, of these sizes, in order. */
function pieces(g: Graph, x: Node, axis: number, sizes: readonly number[]): Node[] {
  let start = 0
  return sizes.map((size) => {
    const begin = x.shape.map((_, i) => (i === axis ? start : 0))
    const shape = x.shape.map((n, i) => (i === axis ? size : n))
    start += size
    return slice(g, x, begin, shape)
  })
}

/** Refuses tensors that differ in more than their size along one axis. */
function checkAlike(list: readonly Node[], axis: number): void {
  const [first] = list
  for (const x of list)
    check(
      first?.shape.length === x.shape.length && x.shape.every((n, i) => i === axis || n === first.shape[i]),
      `${shapeText(first?.shape ?? [])} and ${shapeText(x.shape)} differ in more than one axis`,
    )
}

/** Moving elements about without computing. */
export const layoutRules: Rules = {
  Identity: rule<tf.IdentityInputs>((_, { x }) => x),
  Reshape: rule<tf.ReshapeInputs, tf.ReshapeAttrs>((g, { x }, attrs) => {
    const known = sizeOf(attrs.shape.filter((n) => n !== -1))
    const shape = attrs.shape.map((n) => (n === -1 ? sizeOf(x.shape) / known : n))
    check(
      sizeOf(shape) === sizeOf(x.shape) && shape.every(Number.isInteger),
      `${shapeText(x.shape)} has another number of elements than ${shapeText(attrs.shape)}`,
    )
    return reshape(g, x, shape)
  }),
  ExpandDims: rule<tf.ExpandDimsInputs, tf.ExpandDimsAttrs>((g, { input }, attrs) => {
    const axis = axisOf(attrs.dim, input.shape.length + 1)
    return reshape(g, input, [...input.shape.slice(0, axis), 1, ...input.shape.slice(axis)])
  }),
  Transpose: rule<tf.TransposeInputs, tf.TransposeAttrs>((g, { x }, { perm }) => transpose(g, x, perm)),
  Slice: rule<tf.SliceInputs, tf.SliceAttrs>((g, { x }, attrs) => {
    const from = [attrs.begin].flat()
    const sizes = [attrs.size].flat()
    const begin = x.shape.map((_, i) => from[i] ?? 0)
    const shape = x.shape.map((n, i) => ((sizes[i] ?? -1) === -1 ? n - dim(begin, i) : dim(sizes, i)))
    check(
      shape.every((n, i) => n >= 0 && dim(begin, i) >= 0 && dim(begin, i) + n <= dim(x.shape, i)),
      `${shapeText(shape)} from ${shapeText(begin)} on is not inside ${shapeText(x.shape)}`,
    )
    return slice(g, x, begin, shape)
  }),
  StridedSlice: rule<tf.StridedSliceInputs, tf.StridedSliceAttrs>((g, { x }, attrs) => {
    const { finalShape, begin, end, strides } = slice_util.sliceInfo(
      [...x.shape],
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    )
    const shape = slice_util.computeOutShape(begin, end, strides)
    return reshape(g, slice(g, x, begin, shape, strides), finalShape)
  }),
  Reverse: rule<tf.ReverseInputs, { readonly dims?: number | number[] }>((g, { x }, { dims }) => {
    const all = x.shape.map((_, i) => i)
    return reverse(g, x, dims === undefined ? all : [dims].flat().map((axis) => axisOf(axis, all.length)))
  }),
  Concat: rule<Record<string, tf.TensorInfo>, tf.ConcatAttrs>((g, parts, attrs) => {
    const list = Object.values(parts)
    const axis = axisOf(attrs.axis, list[0]?.shape.length ?? 0)
    checkAlike(list, axis)
    return concat(g, list, axis)
  }),
  Pack: rule<Record<string, tf.TensorInfo>, tf.PackAttrs>((g, parts, attrs) => {
    const list = Object.values(parts)
    const axis = axisOf(attrs.axis, (list[0]?.shape.length ?? 0) + 1)
    checkAlike(list, -1)
    const layers = list.map((x) => reshape(g, x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]))
    return concat(g, layers, axis)
  }),
  Unpack: rule<tf.UnpackInputs, tf.UnpackAttrs>((g, { value }, attrs) => {
    const axis = axisOf(attrs.axis, value.shape.length)
    const sizes = Array.from({ length: dim(value.shape, axis) }, () => 1)
    return pieces(g, value, axis, sizes).map((x) =>
      reshape(
        g,
        x,
        x.shape.filter((_, i) => i !== axis),
      ),
    )
  }),
  SplitV: rule<tf.SplitVInputs, tf.SplitVAttrs>((g, { x }, { numOrSizeSplits, axis }) => {
    const along = axisOf(axis, x.shape.length)
    const length = dim(x.shape, along)
    if (typeof numOrSizeSplits === 'number') {
      const sizes = Array.from({ length: numOrSizeSplits }, () => length / numOrSizeSplits)
      return pieces(g, x, along, sizes)
    }
    const given = numOrSizeSplits.reduce((sum, n) => sum + Math.max(n, 0), 0)
    return pieces(
      g,
      x,
      along,
      numOrSizeSplits.map((n) => (n === -1 ? length - given : n)),
    )
  }),
  PadV2: rule<tf.PadV2Inputs, tf.PadV2Attrs>((g, { x }, { paddings, constantValue }) =>
    pad(
      g,
      x,
      paddings.map(([before]) => before),
      paddings.map(([, after]) => after),
      constantValue,
    ),
  ),
  MirrorPad: rule<tf.MirrorPadInputs, tf.MirrorPadAttrs>((g, { x }, { paddings, mode }) => {
    const skip = mode === 'reflect' ? 1 : 0
    return paddings.reduce((padded, [before, after], axis) => {
      const length = dim(padded.shape, axis)
      const part = (start: number, size: number): Node =>
        reverse(
          g,
          slice(
            g,
            padded,
            padded.shape.map((_, i) => (i === axis ? start : 0)),
            padded.shape.map((n, i) => (i === axis ? size : n)),
          ),
          [axis],
        )
      return concat(g, [part(skip, before), padded, part(length - skip - after, after)], axis)
    }, x)
  }),
  Tile: rule<tf.TileInputs, tf.TileAttrs>((g, { x }, { reps }) => tile(g, x, reps)),
}
