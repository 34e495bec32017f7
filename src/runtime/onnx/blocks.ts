import { sizeOf } from '../../values/host-tensor.ts'
import type { Node, OpKind } from '../graph/node.ts'
import { sameShape } from '../graph/shape.ts'

/**
 * Element-wise nodes of one shape that are computed block by block: all of them for the first block, then all for
 * the second. What one writes the next reads while it is still in the processor's cache; for the update of a large
 * weight matrix that is several times faster than one pass over memory for every node.
 */
export interface Block {
  /** Inputs before their consumers. */
  readonly nodes: readonly Node[]
  /** Nodes that the blocks share out: those of the same size, and the rows of masks. */
  readonly inputs: readonly Node[]
  /** Nodes of one number for every channel, which every block reads for each of its rows. */
  readonly vectors: readonly Node[]
  /** Nodes of the block that others read. */
  readonly outputs: readonly Node[]
  /** How many blocks of how many elements. */
  readonly shape: readonly [blocks: number, elements: number]
}

/** A block's elements: a handful of float32 arrays of this length fit into a core's cache. */
const LENGTH = 32_768
/** Fewer nodes are not worth a loop of their own. */
const FEWEST = 3

const ELEMENTWISE: ReadonlySet<OpKind> = new Set<OpKind>([
  'unary',
  'binary',
  'compare',
  'logical',
  'not',
  'predicate',
  'select',
  'clip',
  'cast',
  'randomMask',
])

/** Finds the blocks among nodes that stand in the order of their recording; `results` are read by the caller. */
export function planBlocks(nodes: readonly Node[], results: ReadonlySet<Node>): Block[] {
  const consumers = new Map<Node, Node[]>(nodes.map((n) => [n, []]))
  for (const node of nodes) for (const input of new Set(node.inputs)) consumers.get(input)?.push(node)
  const groups = sink(nodes, consumers, results, grouped(nodes))
  return [...new Set(groups.values())].flatMap((group) => {
    const sorted = nodes.filter((n) => groups.get(n) === group)
    const first = sorted[0] as Node
    const rows = sorted.flatMap(rowsOf)
    const vectors = [...new Set(sorted.flatMap(vectorsOf))]
    const shape = blockShape(sizeOf(first.shape), [
      ...rows.map((n) => sizeOf(n.shape)),
      ...vectors.map(() => rowsIn(first)),
    ])
    if ((sorted.length < FEWEST && rows.length === 0) || !shape) return []
    const own = new Set(sorted)
    const whole = sorted.flatMap((n) => n.inputs).filter((n) => !own.has(n) && isWhole(n, first))
    const inputs = new Set([...whole, ...rows])
    const outputs = sorted.filter((n) => results.has(n) || consumers.get(n)?.some((c) => !own.has(c)))
    return [{ nodes: sorted, inputs: [...inputs], vectors, outputs, shape }]
  })
}

/**
 * Groups of connected nodes. A node's level counts the steps on the longest way to it that leave a group; nodes of
 * one level can be computed together, because no way between them passes through anything else.
 */
function grouped(nodes: readonly Node[]): Map<Node, number> {
  const level = new Map<Node, number>()
  const group = new Map<Node, number>()
  const alias = new Map<number, number>()
  const root = (g: number): number => {
    const next = alias.get(g)
    return next === undefined ? g : root(next)
  }
  for (const node of nodes) {
    const joins = isCandidate(node)
    const near = node.inputs.filter((n) => joins && group.has(n) && sameShape(n.shape, node.shape))
    const own = Math.max(0, ...node.inputs.map((n) => (level.get(n) ?? 0) + (near.includes(n) ? 0 : 1)))
    level.set(node, own)
    if (!joins) continue
    group.set(node, node.id)
    for (const input of near) {
      const other = root(group.get(input) as number)
      if (level.get(input) === own && other !== node.id) alias.set(other, root(node.id))
    }
  }
  return new Map([...group].map(([node, g]) => [node, root(g)]))
}

/** Moves nodes that are read by one later group only into that group. */
function sink(
  nodes: readonly Node[],
  consumers: ReadonlyMap<Node, readonly Node[]>,
  results: ReadonlySet<Node>,
  groups: Map<Node, number>,
): Map<Node, number> {
  for (const node of nodes.toReversed()) {
    const readers = consumers.get(node) ?? []
    const [first] = readers
    const target = first && groups.get(first)
    if (target === undefined || !groups.has(node) || results.has(node)) continue
    if (readers.every((r) => groups.get(r) === target && sameShape(r.shape, node.shape)))
      groups.set(node, target)
  }
  return groups
}

function isCandidate(node: Node): boolean {
  return (
    ELEMENTWISE.has(node.op.kind) &&
    sizeOf(node.shape) >= 2 * LENGTH &&
    (node.op.kind === 'randomMask' ||
      node.inputs.every((n) => sizeOf(n.shape) === 1 || isWhole(n, node) || isPerChannel(n, node)))
  )
}

function isWhole(input: Node, like: Node): boolean {
  return input.op.kind !== 'splat' && sameShape(input.shape, like.shape)
}

/** Whether an input of images has one number for every channel, which they keep last. */
function isPerChannel({ op, shape }: Node, images: Node): boolean {
  const channels = images.shape.at(-1) as number
  const fits = sizeOf(shape) === channels && shape.at(-1) === channels && channels > 1
  return fits && images.shape.length === 4 && rowsIn(images) > 1 && op.kind !== 'splat'
}

/** What a block reads for each of its rows; a mask computes with its channels' own list. */
function vectorsOf(node: Node): Node[] {
  return node.op.kind === 'randomMask' ? [] : node.inputs.filter((n) => isPerChannel(n, node))
}

function rowsIn(images: Node): number {
  return sizeOf(images.shape.slice(0, -1))
}

/** The factors of a mask's rows: every block computes whole rows of it. */
function rowsOf({ op, inputs: [rows] }: Node): Node[] {
  return op.kind === 'randomMask' && rows ? [rows] : []
}

/**
 * Equal blocks of at most `LENGTH` elements and of whole rows; undefined if the size has no divisor that gives
 * blocks of at least half of it.
 */
function blockShape(size: number, rows: readonly number[]): [number, number] | undefined {
  const wholes = [size, ...rows]
  for (let blocks = Math.ceil(size / LENGTH); blocks <= (2 * size) / LENGTH; blocks++)
    if (wholes.every((n) => n % blocks === 0)) return [blocks, size / blocks]
  return undefined
}
