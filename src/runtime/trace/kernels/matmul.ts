import type * as tf from '@tensorflow/tfjs-core'
import { Problem } from '../../../values/problem.ts'
import { binary, clip, compare, select, unary } from '../../graph/elementwise.ts'
import type { Graph } from '../../graph/graph.ts'
import { matmul } from '../../graph/matmul.ts'
import type { Node } from '../../graph/node.ts'
import { softmax } from '../../graph/reduction.ts'
import { shapeText } from '../../graph/shape.ts'
import { check } from '../check.ts'
import { rule, type Rules } from '../rule.ts'

function activated(
  g: Graph,
  x: Node,
  { activation, leakyreluAlpha }: tf._FusedMatMulAttrs,
  alpha?: Node,
): Node {
  switch (activation) {
    case 'linear':
      return x
    case 'relu':
    case 'elu':
    case 'sigmoid':
      return unary(g, activation, x)
    case 'relu6':
      return clip(g, x, 0, 6)
    case 'leakyrelu':
      return leaky(g, x, g.splat(leakyreluAlpha ?? 0.2, 'float32', []))
    case 'prelu':
      if (alpha) return leaky(g, x, alpha)
      break
  }
  throw new Problem('usage', `fused matMul with activation ${activation} cannot be compiled`)
}

function leaky(g: Graph, x: Node, alpha: Node): Node {
  return select(g, compare(g, 'greater', x, g.splat(0, x.dtype, [])), x, binary(g, 'mul', x, alpha))
}

function product(g: Graph, a: Node, b: Node, transposeA: boolean, transposeB: boolean): Node {
  const inner = a.shape.at(transposeA ? -2 : -1)
  check(
    inner === b.shape.at(transposeB ? -1 : -2),
    `inner sizes of ${shapeText(a.shape)} and ${shapeText(b.shape)} differ, with transposeA=${transposeA} and transposeB=${transposeB}`,
  )
  return matmul(g, a, b, transposeA, transposeB)
}

/** Products of matrices and what classifiers put after them. */
export const matmulRules: Rules = {
  BatchMatMul: rule<tf.BatchMatMulInputs, tf.BatchMatMulAttrs>((g, { a, b }, { transposeA, transposeB }) =>
    product(g, a, b, transposeA, transposeB),
  ),
  _FusedMatMul: rule<tf._FusedMatMulInputs, tf._FusedMatMulAttrs>((g, inputs, attrs) => {
    const { a, b, bias, preluActivationWeights } = inputs as {
      a: Node
      b: Node
      bias?: Node
      preluActivationWeights?: Node
    }
    const sum = product(g, a, b, attrs.transposeA, attrs.transposeB)
    return activated(g, bias ? binary(g, 'add', sum, bias) : sum, attrs, preluActivationWeights)
  }),
  Softmax: rule<tf.SoftmaxInputs, tf.SoftmaxAttrs>((g, { logits }) => softmax(g, logits)),
}
