import type * as tf from '@tensorflow/tfjs-core'
import { binary, unary } from '../../graph/elementwise.ts'
import type { Node } from '../../graph/node.ts'
import { rule, type Rules } from '../rule.ts'

/** What tfjs adds to a variance if the author says nothing. */
const EPSILON = 1e-3

/** Normalising by means and variances that are known already. */
export const normalisationRules: Rules = {
  FusedBatchNorm: rule<tf.FusedBatchNormInputs, Partial<tf.FusedBatchNormAttrs>>((g, inputs, attrs) => {
    const { x, mean, variance, scale, offset } = inputs as {
      x: Node
      mean: Node
      variance: Node
      scale?: Node
      offset?: Node
    }
    const epsilon = g.splat(attrs.varianceEpsilon ?? EPSILON, 'float32', [])
    const deviation = unary(g, 'sqrt', binary(g, 'add', variance, epsilon))
    // Per channel first, so that the images are passed over as few times as possible.
    const slope = binary(g, 'div', scale ?? g.splat(1, 'float32', []), deviation)
    const shift = binary(g, 'sub', offset ?? g.splat(0, 'float32', []), binary(g, 'mul', mean, slope))
    return binary(g, 'add', binary(g, 'mul', x, slope), shift)
  }),
}
