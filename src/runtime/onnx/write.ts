import { sizeOf, type Shape } from '../../values/host-tensor.ts'
import type { Node, OpKind } from '../graph/node.ts'
import { planBlocks, type Block } from './blocks.ts'
import { gpuLowerings } from './gpu-lowerings.ts'
import { lowerings, type Lower } from './lower.ts'
import { unpackedWords, writePackedGather } from './packed-bytes.ts'
import type { Scope } from './scope.ts'
import { biasedProducts, writeBiased } from './biased.ts'

/** Constants up to this many elements are written where they are used, so that the engine can fold them. */
const SMALL = 64

/** Elements of a row from which on the engine's steps from row to row no longer count. */
const ROW = 8192

/** How nodes are going to be written into one graph. */
export interface Plan {
  readonly nodes: readonly Node[]
  readonly blocks: readonly Block[]
  readonly results: ReadonlySet<Node>
}

/** `results` are needed as they are and never become part of something else. */
export function plan(nodes: readonly Node[], results: ReadonlySet<Node>): Plan {
  return { nodes, results, blocks: planBlocks(nodes, results) }
}

/** The same without blocks: node by node, as other programs and GPUs want it. */
export function plainPlan(nodes: readonly Node[], results: ReadonlySet<Node>): Plan {
  return { nodes, results, blocks: [] }
}

/** Writes nodes into a graph; the inputs among them must be bound already. */
export function write(scope: Scope, { nodes, blocks, results }: Plan): void {
  const blockOf = new Map(blocks.flatMap((block) => block.nodes.map((node) => [node, block])))
  const products = biasedProducts(
    nodes.filter((n) => !blockOf.has(n)),
    nodes,
    results,
  )
  const absorbed = new Set([...products.values()].map(({ product }) => product))
  const here = new Set(nodes)
  const done = new Set<Node>()
  const writeOne = (node: Node): void => {
    if (done.has(node) || !here.has(node) || isFree(node)) return
    const block = blockOf.get(node)
    const biased = products.get(node)
    const members = block?.nodes ?? [node]
    for (const member of members) done.add(member)
    // A block comes where its first node stood; what its later nodes need may have been recorded after that.
    for (const input of members.flatMap((m) => m.inputs)) writeOne(input)
    if (absorbed.has(node) || scope.findAny(node) !== undefined || scope.findWords(node) !== undefined) return
    const inputs = (): string[] => node.inputs.map((n) => valueOf(scope, n))
    if (block) writeBlock(scope, block)
    else if (biased)
      scope.bind(
        node,
        writeBiased(scope, biased, (n) => valueOf(scope, n)),
      )
    else if (writePackedGather(scope, node, () => valueOf(scope, node.inputs[1] as Node))) return
    else if (!writePerChannel(scope, node))
      scope.bind(node, lowering(scope, node)(scope, node, node.op, inputs()))
  }
  for (const node of nodes) writeOne(node)
}

/** The name of a node's value in a shape of the same size; what is known without computing is written on the spot. */
export function valueOf(scope: Scope, node: Node, shape: Shape = node.shape): string {
  const known = scope.find(node, shape)
  if (known !== undefined) return known
  const written = scope.findAny(node) ?? unpackedWords(scope, node) ?? writeFree(scope, node)
  if (scope.find(node, shape) === undefined)
    scope.bind(node, scope.emit('Reshape', [written, scope.target(shape)], { allowzero: 1 }), shape)
  return valueOf(scope, node, shape)
}

function isFree(node: Node): boolean {
  return node.op.kind === 'splat' || node.op.kind === 'constant'
}

function writeFree(scope: Scope, node: Node): string {
  if (!isFree(node)) throw new RangeError(`${node.op.kind} ${node.id} is used before it is written`)
  let home = scope
  if (sizeOf(node.shape) > SMALL && node.op.kind === 'constant') while (home.parent) home = home.parent
  const name = lowering(home, node)(home, node, node.op, [])
  home.bind(node, name)
  return name
}

// The table has an entry of the right kind for every node; TypeScript cannot follow the node's kind through it.
function lowering(scope: Scope, { op }: Node): Lower<OpKind> {
  const special = scope.gpu ? gpuLowerings[op.kind] : undefined
  return (special ?? lowerings[op.kind]) as Lower<OpKind>
}

/**
 * Images with a number for every channel, as [rows, k · channels] with these numbers k times: the engine takes a step
 * of its own for every row. Says whether the node is written.
 */
function writePerChannel(scope: Scope, node: Node): boolean {
  if (scope.portable || scope.gpu) return false
  const { op, shape, inputs } = node
  const channels = shape.at(-1) ?? 0
  const [a, b] = inputs
  if (op.kind !== 'binary' || !a || !b || channels < 2) return false
  const vector = [a, b].find(
    (n) => sizeOf(n.shape) === channels && n.shape.at(-1) === channels && n.op.kind !== 'splat',
  )
  const whole = [a, b].find((n) => sizeOf(n.shape) === sizeOf(shape) && n.op.kind !== 'splat')
  if (!vector || !whole || vector === whole) return false
  const rows = sizeOf(shape) / channels
  const times = largestDivisor(rows, ROW / channels)
  if (times < 2 || rows / times < 2) return false
  const wide = [rows / times, times * channels]
  const tiled = scope.emit('Tile', [valueOf(scope, vector, [channels]), scope.int64s([times])])
  const names = [a, b].map((n) => (n === vector ? tiled : valueOf(scope, n, wide)))
  scope.bind(node, lowering(scope, node)(scope, { ...node, shape: wide }, op, names), wide)
  return true
}

function largestDivisor(n: number, most: number): number {
  for (let d = Math.floor(most); d > 1; d--) if (n % d === 0) return d
  return 1
}

/** A block as a Scan over its parts; ONNX Runtime neither copies the parts it reads nor those it writes. */
function writeBlock(scope: Scope, { nodes, inputs, vectors, outputs, shape }: Block): void {
  const part = shape.slice(1)
  const body = scope.inner()
  const parts = new Map(inputs.map((node) => [node, [sizeOf(node.shape) / shape[0]]]))
  for (const node of nodes) parts.set(node, part)
  const repeated = new Map(
    vectors.map((node) => {
      const channels = sizeOf(node.shape)
      const times = scope.int64s([shape[1] / channels])
      return [node, scope.emit('Tile', [valueOf(scope, node, [channels]), times])]
    }),
  )
  const given = inputs.map((node) => {
    const name = body.fresh()
    body.bind(node, name, parts.get(node))
    return scope.info(name, node, parts.get(node))
  })
  const inBody = (node: Node): string =>
    valueOf(body, node, parts.get(node) ?? (sizeOf(node.shape) === 1 ? [] : node.shape))
  for (const node of nodes) {
    const inPart = { ...node, shape: part }
    // A mask wants its channels as they are.
    const read = (n: Node): string =>
      (node.op.kind === 'randomMask' ? undefined : repeated.get(n)) ?? inBody(n)
    body.bind(node, lowering(body, node)(body, inPart, node.op, node.inputs.map(read)), part)
  }
  const made = outputs.map((node) => scope.info(inBody(node), node, part))
  const series = inputs.map((node) => valueOf(scope, node, [shape[0], ...(parts.get(node) ?? part)]))
  const graph = body.finish('block', given, made)
  const names = scope.emitAll(
    'Scan',
    series,
    { body: { graph }, num_scan_inputs: series.length },
    outputs.length,
  )
  for (const [i, node] of outputs.entries()) scope.bind(node, names[i] as string, shape)
}
