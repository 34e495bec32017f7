import type * as tf from '@tensorflow/tfjs-core'
import { sizeOf, type Shape } from '../../../values/host-tensor.ts'
import { binary, cast } from '../../graph/elementwise.ts'
import type { Graph } from '../../graph/graph.ts'
import { reshape } from '../../graph/layout.ts'
import type { Node } from '../../graph/node.ts'
import { reduce } from '../../graph/reduction.ts'
import { dim } from '../../graph/shape.ts'
import { patches, spread, withEmptyWindow, type Windows } from '../../graph/windows.ts'
import { rule, type Rules } from '../rule.ts'
import { checkGradient, convolutionWindows, type SlidingAttrs } from '../sliding.ts'

/** The pixels under each window, [batch, windows, taps, channels, 1]. */
function pixels(g: Graph, x: Node, over: Windows): Node {
  const all = patches(g, cast(g, x, 'float32'), over, 0)
  return reshape(g, all, [...all.shape, 1])
}

/** Filters [rows, columns, channels, multiplier] as [taps, channels, multiplier]. */
function byTap(g: Graph, filter: Node): Node {
  const [rows = 0, columns = 0, channels = 0, multiplier = 0] = filter.shape
  return reshape(g, cast(g, filter, 'float32'), [rows * columns, channels, multiplier])
}

/** Images [batch, rows, columns, channels · multiplier] as [batch, windows, 1, channels, multiplier]. */
function byWindow(g: Graph, dy: Node, filter: Shape, over: Windows): Node {
  checkGradient(dy.shape, over)
  const windows = over.rows.windows * over.columns.windows
  return reshape(g, dy, [dim(dy.shape, 0), windows, 1, dim(filter, 2), dim(filter, 3)])
}

function inputGradient(g: Graph, dy: Node, filter: Node, image: Shape, attrs: SlidingAttrs): Node {
  const over = convolutionWindows(image, filter.shape, attrs)
  const given = withEmptyWindow(g, byWindow(g, dy, filter.shape, over), over)
  return spread(g, reduce(g, 'sum', binary(g, 'mul', given, byTap(g, filter)), [4], false), over)
}

/**
 * Convolutions of each channel by itself, filters [rows, columns, channels, multiplier]. Right, but slow: products of
 * single numbers instead of matrices.
 */
export const depthwiseRules: Rules = {
  DepthwiseConv2dNative: rule<tf.DepthwiseConv2dNativeInputs, tf.DepthwiseConv2dNativeAttrs>(
    (g, { x, filter }, attrs) => {
      const over = convolutionWindows(x.shape, filter.shape, attrs)
      const sums = reduce(g, 'sum', binary(g, 'mul', pixels(g, x, over), byTap(g, filter)), [2], false)
      const out = sizeOf(filter.shape.slice(2))
      return reshape(g, sums, [dim(x.shape, 0), over.rows.windows, over.columns.windows, out])
    },
  ),
  DepthwiseConv2dNativeBackpropInput: rule<
    tf.DepthwiseConv2dNativeBackpropInputInputs,
    tf.DepthwiseConv2dNativeBackpropInputAttrs
  >((g, { dy, filter }, attrs) => inputGradient(g, dy, filter, attrs.inputShape, attrs)),
  DepthwiseConv2dNativeBackpropFilter: rule<
    tf.DepthwiseConv2dNativeBackpropFilterInputs,
    tf.DepthwiseConv2dNativeBackpropFilterAttrs
  >((g, { x, dy }, attrs) => {
    const over = convolutionWindows(x.shape, attrs.filterShape, attrs)
    const products = binary(g, 'mul', pixels(g, x, over), byWindow(g, dy, attrs.filterShape, over))
    return reshape(g, reduce(g, 'sum', products, [0, 1], false), attrs.filterShape)
  }),
}
