import { binary, compare, logical, not, select, unary } from '../graph/elementwise.ts'
import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'

const number = (g: Graph, value: number, like: Node): Node => g.splat(value, like.dtype, [])
const isNegative = (g: Graph, x: Node): Node => compare(g, 'less', x, number(g, 0, x))
const isZero = (g: Graph, x: Node): Node => compare(g, 'equal', x, number(g, 0, x))

/** ⌊a / b⌋ of two tensors of one type; integers divided by zero give zero, as on the reference backend. */
export function floorDivide(g: Graph, a: Node, b: Node): Node {
  if (a.dtype === 'float32') return unary(g, 'floor', binary(g, 'div', a, b))
  const opposite = compare(g, 'equal', b, number(g, -1, b))
  const divisor = divisible(g, b, opposite)
  const towardZero = binary(g, 'div', a, divisor)
  const below = binary(g, 'sub', towardZero, number(g, 1, a))
  const floor = select(g, isAcross(g, binary(g, 'rem', a, divisor), divisor), below, towardZero)
  return select(g, isZero(g, b), number(g, 0, a), select(g, opposite, unary(g, 'neg', a), floor))
}

/** What ⌊a / b⌋ leaves of `a`, with the sign of `b`; of integers zero where `b` is zero, as on the reference backend. */
export function modulo(g: Graph, a: Node, b: Node): Node {
  const divisor = a.dtype === 'float32' ? b : divisible(g, b, compare(g, 'equal', b, number(g, -1, b)))
  const rest = binary(g, 'rem', a, divisor)
  return select(g, isAcross(g, rest, divisor), binary(g, 'add', rest, divisor), rest)
}

// Processors refuse to divide an integer by zero, and the smallest one by minus one. One leaves as little as either.
function divisible(g: Graph, b: Node, opposite: Node): Node {
  return select(g, logical(g, 'or', isZero(g, b), opposite), number(g, 1, b), b)
}

/** Whether something is left, on the other side of zero than the divisor. */
function isAcross(g: Graph, rest: Node, divisor: Node): Node {
  const sameSide = compare(g, 'equal', isNegative(g, rest), isNegative(g, divisor))
  return not(g, logical(g, 'or', isZero(g, rest), sameSide))
}
