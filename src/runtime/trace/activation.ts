import type * as tf from '@tensorflow/tfjs-core'
import { Problem } from '../../values/problem.ts'
import { binary, clip, compare, select, unary } from '../graph/elementwise.ts'
import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'

type Activation = Pick<tf._FusedMatMulAttrs, 'activation' | 'leakyreluAlpha'>

/** What a fused kernel does with its result at the end; `alpha` are the slopes of a prelu. */
export function activated(g: Graph, x: Node, { activation, leakyreluAlpha }: Activation, alpha?: Node): Node {
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
  throw new Problem('usage', `activation ${activation} in a fused op cannot be compiled`)
}

function leaky(g: Graph, x: Node, alpha: Node): Node {
  return select(g, compare(g, 'greater', x, g.splat(0, x.dtype, [])), x, binary(g, 'mul', x, alpha))
}
