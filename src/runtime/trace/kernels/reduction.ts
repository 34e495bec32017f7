import type * as tf from '@tensorflow/tfjs-core'
import { cast } from '../../graph/elementwise.ts'
import type { Node, ReduceFn } from '../../graph/node.ts'
import { arg, cumsum, reduce, reduceLogical } from '../../graph/reduction.ts'
import { axisOf } from '../../graph/shape.ts'
import { rule, type Rule, type Rules } from '../rule.ts'

interface ReduceAttrs {
  readonly axis?: number | number[] | null
  readonly reductionIndices?: number | number[] | null
  readonly keepDims?: boolean
}

function axesOf(x: Node, { axis, reductionIndices }: ReduceAttrs): number[] {
  const given = axis ?? reductionIndices
  if (given === undefined || given === null) return x.shape.map((_, i) => i)
  return [...new Set([given].flat().map((a) => axisOf(a, x.shape.length)))]
}

const over = (fn: ReduceFn): Rule =>
  rule<{ x: tf.TensorInfo }, ReduceAttrs>((g, { x }, attrs) => {
    const counted = x.dtype === 'bool' && (fn === 'sum' || fn === 'prod') ? cast(g, x, 'int32') : x
    const real = fn === 'mean' ? cast(g, counted, 'float32') : counted
    return reduce(g, fn, real, axesOf(x, attrs), attrs.keepDims ?? false)
  })
const whether = (fn: 'all' | 'any'): Rule =>
  rule<{ x: tf.TensorInfo }, ReduceAttrs>((g, { x }, attrs) =>
    reduceLogical(g, fn, x, axesOf(x, attrs), attrs.keepDims ?? false),
  )
const position = (fn: 'max' | 'min'): Rule =>
  rule<{ x: tf.TensorInfo }, tf.ArgMaxAttrs>((g, { x }, { axis }) =>
    arg(g, fn, x.dtype === 'bool' ? cast(g, x, 'int32') : x, axisOf(axis, x.shape.length)),
  )

/** Sums and the like over axes. */
export const reductionRules: Rules = {
  Sum: over('sum'),
  Mean: over('mean'),
  Max: over('max'),
  Min: over('min'),
  Prod: over('prod'),
  All: whether('all'),
  Any: whether('any'),
  ArgMax: position('max'),
  ArgMin: position('min'),
  Cumsum: rule<tf.CumsumInputs, tf.CumsumAttrs>((g, { x }, { axis, exclusive, reverse }) =>
    cumsum(g, x, axisOf(axis, x.shape.length), exclusive, reverse),
  ),
}
