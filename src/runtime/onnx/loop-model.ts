import { sizeOf } from '../../values/host-tensor.ts'
import type { Node } from '../graph/node.ts'
import { bindInput, encoded, infos, nameIn, resultNames, type Model } from './model.ts'
import { Scope, valueInfo } from './scope.ts'
import { reachable, writeNodes } from './write.ts'

/** One recorded step: the nodes of what goes in and out, in the order of the signature. */
export interface Step {
  readonly constants: readonly Node[]
  readonly carryIn: readonly Node[]
  readonly each: readonly Node[]
  readonly carryOut: readonly Node[]
  readonly out: readonly Node[]
}

/** Constants up to this many elements are copied into the loop's body, where the engine can fold them. */
const SMALL = 64

/**
 * A step as an ONNX Scan over a number of steps that is known when the model runs. What depends on constants only
 * is computed once, before the loop.
 * Inputs are constants, carry, each; outputs are the last carry, then all steps' `out`.
 */
export function loopModel(name: string, step: Step): Model {
  const outer = new Scope('o')
  const body = new Scope('b')
  const constants = step.constants.map((node) => bindInput(outer, node))
  const initial = step.carryIn.map((node) => valueInfo(outer.fresh(), node))
  const series = step.each.map((node) => valueInfo(outer.fresh(), node, ['steps']))
  const state = step.carryIn.map((node) => bindInput(body, node))
  const slices = step.each.map((node) => bindInput(body, node))

  const results = [...step.carryOut, ...step.out]
  const nodes = reachable(results)
  const varying = dependents(nodes, [...step.carryIn, ...step.each])
  const inside = (node: Node): boolean => varying.has(node) || isSmall(node)
  const find = (node: Node): string => body.nameOf(node) ?? nameIn(outer, node)
  const kept = new Set(results)
  // Invariant work, then also the small constants that only such work needs.
  writeNodes(
    outer,
    nodes.filter((n) => !varying.has(n) && (!isSmall(n) || feedsInvariant(n, nodes, varying))),
    kept,
    (n) => nameIn(outer, n),
  )
  writeNodes(body, nodes.filter(inside), kept, find)

  const made = resultNames(body, results, find)
  const scanned = outer.emitAll(
    'Scan',
    [...initial, ...series].map((v) => v.name),
    {
      body: { graph: body.finish(`${name} step`, [...state, ...slices], infos(made, results)) },
      num_scan_inputs: series.length,
    },
    made.length,
  )
  const carried = step.carryOut.length
  const outputs = results.map((node, i) =>
    valueInfo(scanned[i] as string, node, i < carried ? [] : ['steps']),
  )
  const inputs = [...constants, ...initial, ...series]
  return {
    bytes: encoded(outer.finish(name, inputs, outputs)),
    inputs: inputs.map((v) => v.name),
    outputs: scanned,
  }
}

function dependents(nodes: readonly Node[], sources: readonly Node[]): Set<Node> {
  const found = new Set(sources)
  for (const node of nodes) if (node.inputs.some((input) => found.has(input))) found.add(node)
  return found
}

function isSmall(node: Node): boolean {
  return node.op.kind === 'splat' || (node.op.kind === 'constant' && sizeOf(node.shape) <= SMALL)
}

function feedsInvariant(node: Node, nodes: readonly Node[], varying: ReadonlySet<Node>): boolean {
  return nodes.some((n) => !varying.has(n) && n.inputs.includes(node))
}
