import type * as tf from '@tensorflow/tfjs-core'
import { int32 } from '../../../values/host-tensor.ts'
import { Problem } from '../../../values/problem.ts'
import { binary, cast, compare, select } from '../../graph/elementwise.ts'
import { reshape } from '../../graph/layout.ts'
import { dtypeOf } from '../dtype.ts'
import { rule, type Rules } from '../rule.ts'

/** Tensors made from numbers in the function's text. */
export const creationRules: Rules = {
  Fill: rule<unknown, tf.FillAttrs>((g, _, { shape, value, dtype }) => {
    if (typeof value === 'string')
      throw new Problem('usage', 'a tensor of strings cannot be part of a compiled function')
    return g.splat(value, dtypeOf(dtype), shape)
  }),
  ZerosLike: rule<tf.ZerosLikeInputs>((g, { x }) => g.splat(0, x.dtype, x.shape)),
  OnesLike: rule<tf.OnesLikeInputs>((g, { x }) => g.splat(1, x.dtype, x.shape)),
  LinSpace: rule<unknown, tf.LinSpaceAttrs>((g, _, { start, stop, num }) => {
    const step = (stop - start) / (num - 1)
    const data = Float32Array.from({ length: num }, (_, i) => (i === 0 ? start : start + i * step))
    return g.constant({ dtype: 'float32', shape: [num], data })
  }),
  Range: rule<unknown, tf.RangeAttrs>((g, _, { start, stop, step, dtype }) => {
    // As in tfjs, a step of one leads down where the stop lies below the start.
    const toward = step === 1 && stop < start ? -1 : step
    const length = Math.max(0, Math.ceil((stop - start) / toward))
    const values = Array.from({ length }, (_, i) => start + i * toward)
    return dtype === 'int32'
      ? g.constant(int32([length], values))
      : g.constant({ dtype: 'float32', shape: [length], data: Float32Array.from(values) })
  }),
  OneHot: rule<tf.OneHotInputs, tf.OneHotAttrs>((g, { indices }, { dtype, depth, onValue, offValue }) => {
    const type = dtypeOf(dtype)
    const classes = g.constant(
      int32(
        [depth],
        Array.from({ length: depth }, (_, i) => i),
      ),
    )
    const hit = compare(g, 'equal', reshape(g, indices, [...indices.shape, 1]), classes)
    if (onValue === 1 && offValue === 0) return cast(g, hit, type)
    return select(g, hit, g.splat(onValue, type, []), g.splat(offValue, type, []))
  }),
  Diag: rule<tf.DiagInputs>((g, { x }) => {
    const n = x.shape.reduce((product, size) => product * size, 1)
    const index = g.constant(
      int32(
        [n],
        Array.from({ length: n }, (_, i) => i),
      ),
    )
    const eye = cast(g, compare(g, 'equal', reshape(g, index, [n, 1]), index), x.dtype)
    return reshape(g, binary(g, 'mul', eye, reshape(g, x, [n])), [...x.shape, ...x.shape])
  }),
}
