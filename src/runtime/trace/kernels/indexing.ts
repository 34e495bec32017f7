import type * as tf from '@tensorflow/tfjs-core'
import { int32 } from '../../../values/host-tensor.ts'
import { sizeOf } from '../../../values/host-tensor.ts'
import { Problem } from '../../../values/problem.ts'
import { binary, compare, logical, select } from '../../graph/elementwise.ts'
import { gather, gatherNd, reshape, scatterAdd, slice } from '../../graph/layout.ts'
import { topk } from '../../graph/reduction.ts'
import { axisOf, dim, shapeText } from '../../graph/shape.ts'
import { rule, type Rules } from '../rule.ts'

/** Choosing elements by their position. */
export const indexingRules: Rules = {
  GatherV2: rule<tf.GatherV2Inputs, tf.GatherV2Attrs>((g, { x, indices }, attrs) => {
    const axis = axisOf(attrs.axis, x.shape.length)
    const batchDims = attrs.batchDims
    if (batchDims === 0) return gather(g, x, indices, axis)
    if (batchDims !== axis)
      throw new Problem(
        'usage',
        `gather with batchDims ${batchDims} along axis ${axis} of ${shapeText(x.shape)}`,
        {
          hint: 'Compiled functions know gather with batchDims 0 or equal to the axis; transpose first.',
        },
      )
    const batch = sizeOf(x.shape.slice(0, axis))
    const length = dim(x.shape, axis)
    const inner = x.shape.slice(axis + 1)
    const rows = g.constant(
      int32(
        [batch, 1],
        Array.from({ length: batch }, (_, i) => i * length),
      ),
    )
    const each = reshape(g, indices, [batch, sizeOf(indices.shape) / batch])
    const taken = gather(g, reshape(g, x, [batch * length, ...inner]), binary(g, 'add', each, rows), 0)
    return reshape(g, taken, [...indices.shape, ...inner])
  }),
  GatherNd: rule<tf.GatherNdInputs>((g, { params, indices }) => gatherNd(g, params, indices)),
  ScatterNd: rule<tf.ScatterNdInputs, tf.ScatterNdAttrs>((g, { indices, updates }, { shape }) =>
    scatterAdd(g, g.splat(0, updates.dtype, shape), indices, updates),
  ),
  UnsortedSegmentSum: rule<tf.UnsortedSegmentSumInputs, tf.UnsortedSegmentSumAttrs>(
    (g, { x, segmentIds }, { numSegments }) => {
      // Ids outside the range count for nothing: they get a row of their own, which is cut off.
      const outside = logical(
        g,
        'or',
        compare(g, 'less', segmentIds, g.splat(0, 'int32', [])),
        compare(g, 'greaterEqual', segmentIds, g.splat(numSegments, 'int32', [])),
      )
      const ids = select(g, outside, g.splat(numSegments, 'int32', []), segmentIds)
      const inner = x.shape.slice(segmentIds.shape.length)
      const zeros = g.splat(0, x.dtype, [numSegments + 1, ...inner])
      const sums = scatterAdd(g, zeros, reshape(g, ids, [...segmentIds.shape, 1]), x)
      const shape = [numSegments, ...inner]
      return slice(
        g,
        sums,
        shape.map(() => 0),
        shape,
      )
    },
  ),
  TopK: rule<tf.TopKInputs, tf.TopKAttrs>((g, { x }, { k }) => [
    topk(g, x, k, 'values'),
    topk(g, x, k, 'indices'),
  ]),
}
