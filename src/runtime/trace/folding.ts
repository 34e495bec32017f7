import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../../values/host-tensor.ts'
import { channelAffine, type ChannelAffine } from '../graph/channel-affine.ts'
import { binary } from '../graph/elementwise.ts'
import type { Graph } from '../graph/graph.ts'
import { reshape, tile } from '../graph/layout.ts'
import { matmul } from '../graph/matmul.ts'
import type { Node } from '../graph/node.ts'
import type { Use } from '../graph/winograd.ts'

/** Images that are smaller than so many times the weights are scaled themselves. */
const LEAST = 1.5

/** Whether gradients will be asked for: forward and backward pass share what they compute if they compute it in one way. */
export function use(): Use {
  return tf.engine().state.gradientDepth > 0 ? 'training' : 'forward'
}

/** What was done to images channel by channel, if it is worth doing to the weights that read them instead. */
export function foldable(g: Graph, images: Node, weights: Node): ChannelAffine | undefined {
  if (g.portable || use() === 'training' || sizeOf(images.shape) < LEAST * sizeOf(weights.shape))
    return undefined
  const affine = channelAffine(g, images)
  return affine.core === images ? undefined : affine
}

/** The product of `core` · slope + shift with a matrix, given a product with a matrix; the vectors are repeated over its rows. */
export function withFolded(
  g: Graph,
  { slope, shift }: ChannelAffine,
  matrix: Node,
  product: (matrix: Node) => Node,
): Node {
  const [rows = 0, columns = 0] = matrix.shape
  const repeated = (vector: Node): Node =>
    tile(g, reshape(g, vector, [1, sizeOf(vector.shape)]), [1, rows / sizeOf(vector.shape)])
  const scaled = slope ? binary(g, 'mul', matrix, reshape(g, repeated(slope), [rows, 1])) : matrix
  const sum = product(scaled)
  if (!shift) return sum
  return binary(g, 'add', sum, reshape(g, matmul(g, repeated(shift), matrix, false, false), [columns]))
}
