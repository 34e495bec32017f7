import type * as tf from '@tensorflow/tfjs-core'
import { int32, float32 } from '../../../values/host-tensor.ts'
import { binary, cast, compare } from '../../graph/elementwise.ts'
import type { Graph } from '../../graph/graph.ts'
import { reshape } from '../../graph/layout.ts'
import type { Node } from '../../graph/node.ts'
import { arg, reduce } from '../../graph/reduction.ts'
import { dim } from '../../graph/shape.ts'
import { insideCounts, patches, spread, withEmptyWindow, type Windows } from '../../graph/windows.ts'
import { rule, type Rules } from '../rule.ts'
import { checkGradient, poolingWindows } from '../sliding.ts'

/** [batch, windows, channels] as images. */
function imagesOf(g: Graph, y: Node, { rows, columns }: Windows): Node {
  return reshape(g, y, [dim(y.shape, 0), rows.windows, columns.windows, dim(y.shape, 2)])
}

/** Images as [batch, windows, channels]. */
function windowsOf(g: Graph, y: Node, over: Windows): Node {
  checkGradient(y.shape, over)
  return reshape(g, y, [dim(y.shape, 0), dim(y.shape, 1) * dim(y.shape, 2), dim(y.shape, 3)])
}

/** One over the number of each window's pixels, of those inside the image. */
function shares(g: Graph, over: Windows): Node {
  const counts = insideCounts(over)
  return g.constant(
    float32(
      [counts.length, 1],
      Float32Array.from(counts, (n) => 1 / n),
    ),
  )
}

/** [batch, windows, channels] with an axis for the taps. */
function overTaps(g: Graph, y: Node): Node {
  const [batch = 0, windows = 0, channels = 0] = y.shape
  return reshape(g, y, [batch, windows, 1, channels])
}

function wholePooling(g: Graph, fn: 'max' | 'mean', x: Node, over: Windows): Node {
  const shape = [dim(x.shape, 0), over.rows.windows, over.columns.windows, dim(x.shape, 3)]
  return g.node({ kind: 'pooling', fn, over }, [x], 'float32', shape)
}

/** Pooling of images [batch, rows, columns, channels]. */
export const poolingRules: Rules = {
  MaxPool: rule<tf.MaxPoolInputs, tf.MaxPoolAttrs>((g, { x }, attrs) => {
    const over = poolingWindows(x.shape, attrs.filterSize, attrs)
    if (g.portable && x.dtype === 'float32') return wholePooling(g, 'max', x, over)
    return imagesOf(g, reduce(g, 'max', patches(g, x, over, -Infinity), [2], false), over)
  }),
  // The first of equal maxima takes all, as in other frameworks.
  MaxPoolGrad: rule<tf.MaxPoolGradInputs, tf.MaxPoolGradAttrs>((g, { dy, input }, attrs) => {
    const over = poolingWindows(input.shape, attrs.filterSize, attrs)
    const taps = over.rows.taps * over.columns.taps
    const first = withEmptyWindow(g, arg(g, 'max', patches(g, input, over, -Infinity), 2), over)
    const given = withEmptyWindow(g, windowsOf(g, dy, over), over)
    const places = g.constant(
      int32(
        [taps, 1],
        Array.from({ length: taps }, (_, i) => i),
      ),
    )
    const takes = cast(g, compare(g, 'equal', overTaps(g, first), places), 'float32')
    return spread(g, binary(g, 'mul', takes, overTaps(g, given)), over)
  }),
  AvgPool: rule<tf.AvgPoolInputs, tf.AvgPoolAttrs>((g, { x }, attrs) => {
    const over = poolingWindows(x.shape, attrs.filterSize, attrs)
    if (g.portable) return wholePooling(g, 'mean', cast(g, x, 'float32'), over)
    const sums = reduce(g, 'sum', patches(g, cast(g, x, 'float32'), over, 0), [2], false)
    return imagesOf(g, binary(g, 'mul', sums, shares(g, over)), over)
  }),
  // By the pixels inside, as the forward pass counts; tfjs' cpu backend divides by all of a window's here.
  AvgPoolGrad: rule<tf.AvgPoolGradInputs, tf.AvgPoolGradAttrs>((g, { dy, input }, attrs) => {
    const over = poolingWindows(input.shape, attrs.filterSize, attrs)
    const given = binary(g, 'mul', windowsOf(g, dy, over), shares(g, over))
    return spread(g, overTaps(g, withEmptyWindow(g, given, over)), over)
  }),
}
