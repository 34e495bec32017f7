import { binary, cast, clip, compare, logical, not, predicate, select, unary } from '../elementwise.ts'
import type { Node, OpKind, OpOf } from '../node.ts'
import { hash } from '../random-mask.ts'
import { aligned, type Stack } from './value.ts'

/** What computes element by element does so for members as well, once their axes meet. */
function aside<K extends OpKind>(
  make: (g: Parameters<Stack<K>>[0]['g'], op: OpOf<K>, inputs: readonly Node[], node: Node) => Node,
): Stack<K> {
  return (stacking, node, op, inputs) =>
    make(
      stacking.g,
      op,
      inputs.map((value) => aligned(stacking, value, node.shape.length)),
      node,
    )
}

type Kinds =
  'unary' | 'binary' | 'compare' | 'logical' | 'not' | 'predicate' | 'select' | 'clip' | 'cast' | 'hash'

export const elementwise: { readonly [K in Kinds]: Stack<K> } = {
  unary: aside((g, { fn }, [x]) => unary(g, fn, x as Node)),
  binary: aside((g, { fn }, [a, b]) => binary(g, fn, a as Node, b as Node)),
  compare: aside((g, { fn }, [a, b]) => compare(g, fn, a as Node, b as Node)),
  logical: aside((g, { fn }, [a, b]) => logical(g, fn, a as Node, b as Node)),
  not: aside((g, _, [x]) => not(g, x as Node)),
  predicate: aside((g, { fn }, [x]) => predicate(g, fn, x as Node)),
  select: aside((g, _, [condition, a, b]) => select(g, condition as Node, a as Node, b as Node)),
  clip: aside((g, { min, max }, [x]) => clip(g, x as Node, min, max)),
  cast: aside((g, _, [x], { dtype }) => cast(g, x as Node, dtype)),
  hash: aside((g, _, [values, seed]) => hash(g, values as Node, seed as Node)),
}
