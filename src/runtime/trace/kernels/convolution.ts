import * as tf from '@tensorflow/tfjs-core'
import { sizeOf, type Shape } from '../../../values/host-tensor.ts'
import { binary, cast } from '../../graph/elementwise.ts'
import type { Graph } from '../../graph/graph.ts'
import { reshape, transpose } from '../../graph/layout.ts'
import { matmul } from '../../graph/matmul.ts'
import type { Node } from '../../graph/node.ts'
import { dim } from '../../graph/shape.ts'
import {
  hasEdges,
  patches,
  patchesBatchLast,
  spread,
  withEmptyWindow,
  type Windows,
} from '../../graph/windows.ts'
import {
  winogradConvolution,
  winogradFilterGradient,
  winogradInputGradient,
  type Use,
  type Winograd,
} from '../../graph/winograd.ts'
import { chosenWinograd } from '../../graph/winograd-rule.ts'
import { activated } from '../activation.ts'
import { foldable, use, withFolded } from '../folding.ts'
import { rule, type Rules } from '../rule.ts'
import { checkGradient, convolutionWindows, type SlidingAttrs } from '../sliding.ts'

/** The pixels under each window as a row of a matrix [batch · windows, taps · channels]. */
function patchRows(g: Graph, x: Node, over: Windows): Node {
  const all = patches(g, cast(g, x, 'float32'), over, 0)
  const [batch = 0, windows = 0, taps = 0, channels = 0] = all.shape
  return reshape(g, all, [batch * windows, taps * channels])
}

/** Filters [rows, columns, in, out] as a matrix [taps · in, out]. */
function filterMatrix(g: Graph, filter: Node): Node {
  const out = dim(filter.shape, 3)
  return reshape(g, cast(g, filter, 'float32'), [sizeOf(filter.shape.slice(0, 3)), out])
}

/** Images of up to so many channels are cut into windows all at once, if there are enough of them. */
const FEW_CHANNELS = 4
const MANY_IMAGES = 32

/** Images and filters to images. */
function convolution(g: Graph, x: Node, filter: Node, attrs: SlidingAttrs): Node {
  const over = convolutionWindows(x.shape, filter.shape, attrs)
  if (g.portable) return wholeConvolution(g, x, filter, over)
  // Pixels beyond the edges are zero, whatever is done to the channels before.
  const affine = hasEdges(over) ? undefined : foldable(g, x, filter)
  if (!affine) return plainConvolution(g, x, filter, over)
  return withFolded(g, affine, filterMatrix(g, filter), (matrix) =>
    plainConvolution(g, affine.core, reshape(g, matrix, filter.shape), over),
  )
}

function wholeConvolution(g: Graph, x: Node, filter: Node, over: Windows): Node {
  const shape = [dim(x.shape, 0), over.rows.windows, over.columns.windows, dim(filter.shape, 3)]
  const inputs = [x, filter].map((n) => cast(g, n, 'float32'))
  return g.node({ kind: 'convolution', over }, inputs, 'float32', shape)
}

/** How to convolve at points, where that is known to be faster: the times were taken on processors. */
function atPoints(g: Graph, batch: number, filter: Shape, over: Windows, use: Use): Winograd | undefined {
  return g.dialect === 'cpu' ? chosenWinograd(batch, filter, over, use) : undefined
}

function plainConvolution(g: Graph, x: Node, filter: Node, over: Windows): Node {
  const points = atPoints(g, dim(x.shape, 0), filter.shape, over, use())
  if (points) return winogradConvolution(g, cast(g, x, 'float32'), cast(g, filter, 'float32'), points, use())
  if (
    g.dialect === 'cpu' &&
    use() === 'forward' &&
    dim(x.shape, 3) <= FEW_CHANNELS &&
    dim(x.shape, 0) >= MANY_IMAGES
  )
    return ofFewChannels(g, x, filter, over)
  const product = matmul(g, patchRows(g, x, over), filterMatrix(g, filter), false, false)
  return reshape(g, product, [dim(x.shape, 0), over.rows.windows, over.columns.windows, dim(filter.shape, 3)])
}

/** Images to images that come with their batch third. */
function ofFewChannels(g: Graph, x: Node, filter: Node, over: Windows): Node {
  const all = patchesBatchLast(g, cast(g, x, 'float32'), over)
  const [windows = 0, taps = 0, channels = 0, batch = 0] = all.shape
  const flat = reshape(g, all, [windows, taps * channels, batch])
  const product = matmul(g, flat, filterMatrix(g, filter), true, false)
  const shape = [over.rows.windows, over.columns.windows, batch, dim(filter.shape, 3)]
  return transpose(g, reshape(g, product, shape), [2, 0, 1, 3])
}

/** The gradient of a convolution by its input; by itself, a transposed convolution. */
function inputGradient(g: Graph, dy: Node, filter: Node, image: Shape, attrs: SlidingAttrs): Node {
  const over = convolutionWindows(image, filter.shape, attrs)
  checkGradient(dy.shape, over)
  const points = atPoints(g, dim(image, 0), filter.shape, over, 'training')
  if (points) return winogradInputGradient(g, dy, filter, points)
  const [batch, windows, out] = [dim(dy.shape, 0), dim(dy.shape, 1) * dim(dy.shape, 2), dim(dy.shape, 3)]
  const y = withEmptyWindow(g, reshape(g, dy, [batch, windows, out]), over)
  const all = dim(y.shape, 1)
  const parts = matmul(g, reshape(g, y, [batch * all, out]), filterMatrix(g, filter), false, true)
  const taps = over.rows.taps * over.columns.taps
  return spread(g, reshape(g, parts, [batch, all, taps, dim(image, 3)]), over)
}

function filterGradient(g: Graph, x: Node, dy: Node, filter: Shape, attrs: SlidingAttrs): Node {
  const over = convolutionWindows(x.shape, filter, attrs)
  checkGradient(dy.shape, over)
  const points = atPoints(g, dim(x.shape, 0), filter, over, 'training')
  if (points) return winogradFilterGradient(g, cast(g, x, 'float32'), dy, points)
  const out = dim(dy.shape, 3)
  const flat = reshape(g, dy, [sizeOf(dy.shape) / out, out])
  return reshape(g, matmul(g, patchRows(g, x, over), flat, true, false), filter)
}

/** Convolutions of images [batch, rows, columns, channels] with filters [rows, columns, in, out]. */
export const convolutionRules: Rules = {
  Conv2D: rule<tf.Conv2DInputs, tf.Conv2DAttrs>((g, { x, filter }, attrs) =>
    convolution(g, x, filter, attrs),
  ),
  Conv2DBackpropInput: rule<tf.Conv2DBackpropInputInputs, tf.Conv2DBackpropInputAttrs>(
    (g, { dy, filter }, attrs) => inputGradient(g, dy, filter, attrs.inputShape, attrs),
  ),
  Conv2DBackpropFilter: rule<tf.Conv2DBackpropFilterInputs, tf.Conv2DBackpropFilterAttrs>(
    (g, { x, dy }, attrs) => filterGradient(g, x, dy, attrs.filterShape, attrs),
  ),
  FusedConv2D: rule<tf.FusedConv2DInputs, tf.FusedConv2DAttrs>((g, inputs, attrs) => {
    const { x, filter, bias, preluActivationWeights } = inputs as unknown as {
      x: Node
      filter: Node
      bias?: Node
      preluActivationWeights?: Node
    }
    const sum = convolution(g, x, filter, attrs)
    return activated(g, bias ? binary(g, 'add', sum, bias) : sum, attrs, preluActivationWeights)
  }),
}
