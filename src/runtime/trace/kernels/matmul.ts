import type * as tf from '@tensorflow/tfjs-core'
import { binary } from '../../graph/elementwise.ts'
import type { Graph } from '../../graph/graph.ts'
import { matmul } from '../../graph/matmul.ts'
import type { Node } from '../../graph/node.ts'
import { softmax } from '../../graph/reduction.ts'
import { shapeText } from '../../graph/shape.ts'
import { activated } from '../activation.ts'
import { check } from '../check.ts'
import { rule, type Rules } from '../rule.ts'

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
