import type { Shape } from '../../values/host-tensor.ts'
import type { Precision } from '../../values/precision.ts'
import type { Node } from '../graph/node.ts'
import { reachable } from '../graph/reachable.ts'
import { sameShape } from '../graph/shape.ts'
import { computedBytes, encoded, resultNames, type Model } from './model.ts'
import { isPackable, packedShape } from './packed-bytes.ts'
import { Scope } from './scope.ts'
import { plainPlan, plan, write, type Plan } from './write.ts'

/** One recorded step: the nodes of what goes in and out, in the order of the signature. */
export interface Step {
  readonly constants: readonly Node[]
  readonly carryIn: readonly Node[]
  readonly each: readonly Node[]
  readonly carryOut: readonly Node[]
  readonly out: readonly Node[]
}

/**
 * A step as an ONNX Scan over a number of steps that is known when the model runs. What depends on constants only
 * is computed once, before the loop.
 * Inputs are constants, carry, each; outputs are the last carry, then all steps' `out`.
 */
export function loopModel(
  name: string,
  step: Step,
  precision: Precision = 'float32',
  dialect: 'cpu' | 'gpu' = 'cpu',
): Model {
  const model = Scope.of({ dialect })
  // Blocks are made for a processor's cache.
  const planned = dialect === 'cpu' ? plan : plainPlan
  const input = (scope: Scope, node: Node, shape: Shape): string => {
    const named = scope.fresh()
    scope.bind(node, named, shape)
    return named
  }
  const constants = step.constants.map((node) => {
    if (dialect === 'cpu' || !isPackable(node)) return model.info(input(model, node, node.shape), node)
    const words = model.fresh()
    model.bindWords(node, words)
    return { name: words, type: 'uint32' as const, shape: packedShape(node) }
  })
  const initial = step.carryIn.map((node) => model.info(model.fresh(), node))
  const series = step.each.map((node) => model.info(model.fresh(), node, ['steps', ...node.shape]))

  const results = [...step.carryOut, ...step.out]
  const nodes = reachable(results)
  const varying = dependents(nodes, [...step.carryIn, ...step.each])
  const fixed = nodes.filter((n) => !varying.has(n))
  const captured = new Set(fixed.filter((n) => results.includes(n) || isReadBy(n, nodes, varying)))
  write(model, planned(fixed, captured))

  const body = model.inner()
  const work = planned(
    nodes.filter((n) => varying.has(n)),
    new Set(results),
  )
  const layouts = step.carryOut.map((node) => layoutOf(work, node))
  const state = step.carryIn.map((node, i) => {
    const shape = layouts[i] ?? node.shape
    return model.info(input(body, node, shape), node, shape)
  })
  const slices = step.each.map((node) => model.info(input(body, node, node.shape), node))
  write(body, work)
  const shapes = results.map((node, i) => layouts[i] ?? node.shape)
  const made = resultNames(body, results, shapes)
  const infos = results.map((node, i) => model.info(made[i] as string, node, shapes[i]))

  const reshaped = (value: string, from: Shape, to: Shape): string =>
    sameShape(from, to) ? value : model.emit('Reshape', [value, model.int64s(to)])
  const start = step.carryIn.map((node, i) =>
    reshaped((initial[i] as { name: string }).name, node.shape, layouts[i] ?? node.shape),
  )
  const scanned = model.emitAll(
    'Scan',
    [...start, ...series.map((v) => v.name)],
    {
      body: { graph: body.finish(`${name} step`, [...state, ...slices], infos) },
      num_scan_inputs: series.length,
    },
    made.length,
  )
  const carried = step.carryOut.length
  const outputs = results.map((node, i) =>
    i < carried
      ? model.info(reshaped(scanned[i] as string, shapes[i] as Shape, node.shape), node)
      : model.info(scanned[i] as string, node, ['steps', ...node.shape]),
  )
  const inputs = [...constants, ...initial, ...series]
  return {
    bytes: encoded(model.finish(name, inputs, outputs), precision),
    inputs: inputs.map((v) => v.name),
    outputs: outputs.map((v) => v.name),
    computed: computedBytes(nodes),
  }
}

/** The shape in which a step computes a part of the next state; kept from step to step it costs no copy. */
function layoutOf({ blocks }: Plan, node: Node): Shape {
  return blocks.find((b) => b.outputs.includes(node))?.shape ?? node.shape
}

function dependents(nodes: readonly Node[], sources: readonly Node[]): Set<Node> {
  const found = new Set(sources)
  for (const node of nodes) if (node.inputs.some((input) => found.has(input))) found.add(node)
  return found
}

function isReadBy(node: Node, nodes: readonly Node[], readers: ReadonlySet<Node>): boolean {
  return nodes.some((n) => readers.has(n) && n.inputs.includes(node))
}
