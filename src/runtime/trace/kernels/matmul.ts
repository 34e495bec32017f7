import type * as tf from '@tensorflow/tfjs-core'
import type { ChannelAffine } from '../../graph/channel-affine.ts'
import { binary, only } from '../../graph/elementwise.ts'
import type { Graph } from '../../graph/graph.ts'
import { reshape, transpose } from '../../graph/layout.ts'
import { matmul } from '../../graph/matmul.ts'
import type { Node } from '../../graph/node.ts'
import { softmax } from '../../graph/reduction.ts'
import { shapeText } from '../../graph/shape.ts'
import { activated } from '../activation.ts'
import { check } from '../check.ts'
import { foldable, withFolded } from '../folding.ts'
import { rule, type Rules } from '../rule.ts'

function product(g: Graph, a: Node, b: Node, transposeA: boolean, transposeB: boolean): Node {
  const inner = a.shape.at(transposeA ? -2 : -1)
  check(
    inner === b.shape.at(transposeB ? -1 : -2),
    `inner sizes of ${shapeText(a.shape)} and ${shapeText(b.shape)} differ, with transposeA=${transposeA} and transposeB=${transposeB}`,
  )
  const affine = transposeA || b.shape.length !== 2 ? undefined : foldableRows(g, a, b)
  if (!affine) return matmul(g, a, b, transposeA, transposeB)
  const matrix = transposeB ? transpose(g, b, [1, 0]) : b
  return withFolded(g, affine, matrix, (scaled) =>
    matmul(g, reshape(g, affine.core, a.shape), scaled, false, false),
  )
}

/** Of rows that are whole images. */
function foldableRows(g: Graph, rows: Node, weights: Node): ChannelAffine | undefined {
  if (rows.op.kind !== 'reshape' || rows.shape.length !== 2) return undefined
  const images = only(rows)
  return images.shape.length === 4 && images.shape[0] === rows.shape[0]
    ? foldable(g, images, weights)
    : undefined
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
