import { sizeOf } from '../../values/host-tensor.ts'
import type { Precision } from '../../values/precision.ts'
import type { Node } from '../graph/node.ts'
import { reachable } from '../graph/reachable.ts'
import { elementOf, formOf, type Form } from './form.ts'
import type { Step } from './loop-model.ts'
import { computedBytes, encoded, resultNames } from './model.ts'
import { packedShape } from './packed-bytes.ts'
import type { ValueInfo } from './proto.ts'
import { Scope } from './scope.ts'
import type { Recorded } from './target.ts'
import { plainPlan, valueOf, write } from './write.ts'

/** Where a model takes a tensor in, and how its elements are kept on the device. */
export interface Port {
  readonly name: string
  readonly as: Form
}

/** A recorded function as a model for a GPU; inputs and outputs stand in the order of their nodes. */
export interface DeviceModel {
  readonly bytes: Uint8Array
  readonly inputs: readonly Port[]
  readonly outputs: readonly string[]
  /** Bytes of everything that a run computes. */
  readonly computed: number
}

/** A recorded function as a model that computes on a GPU. */
export function deviceModel(
  name: string,
  { inputs, outputs: results }: Recorded,
  precision: Precision,
): DeviceModel {
  const scope = Scope.of({ dialect: 'gpu' })
  const ports = inputs.map((node) => portOf(scope, node))
  const nodes = reachable(results)
  write(scope, plainPlan(nodes, new Set(results)))
  const outputs = resultNames(scope, results)
  const infos = results.map((node, i) => scope.info(outputs[i] as string, node))
  return {
    bytes: encoded(
      scope.finish(
        name,
        ports.map((p) => p.info),
        infos,
      ),
      precision,
    ),
    inputs: ports.map((p) => p.port),
    outputs,
    computed: computedBytes(nodes),
  }
}

/**
 * One step of a loop as a model for a GPU. Nothing goes to the device or comes back between steps: it takes its slice of
 * `each` by counting, and puts small numbers that are kept of each step into a row of their own.
 */
export interface DeviceStep {
  readonly bytes: Uint8Array
  readonly constants: readonly Port[]
  readonly carry: readonly Port[]
  /** Series of all steps of a run, [steps, …]. */
  readonly each: readonly Port[]
  /** int32 []: the number of the step, and of the next. */
  readonly count: { readonly before: string; readonly after: string }
  readonly carried: readonly string[]
  /** float32 [room, …]: what is kept of the steps, one row each. Absent where nothing is. */
  readonly kept?: { readonly before: string; readonly after: string; readonly columns: number }
  /** How to read what is kept of a step, in the order of `out`: a part of its row, or an output of its own. */
  readonly out: readonly Kept[]
  readonly computed: number
}

export type Kept =
  | { readonly in: 'row'; readonly from: number; readonly size: number }
  | { readonly in: 'output'; readonly name: string }

/** Numbers kept of a step up to which they stay on the device until the run's end. */
const SMALL = 4096

export function deviceStep(name: string, step: Step, room: number, precision: Precision): DeviceStep {
  const scope = Scope.of({ dialect: 'gpu' })
  const constants = step.constants.map((node) => portOf(scope, node))
  // What comes out of a step is no longer words, so that neither is what goes in.
  const carry = step.carryIn.map((node) => plainPort(scope, node))
  const count = scope.fresh()
  const series = step.each.map((node) => {
    const port = { name: scope.fresh(), as: elementOf(node.dtype) }
    scope.bind(node, scope.emit('Gather', [port.name, count], { axis: 0 }))
    return { port, info: scope.info(port.name, node, ['steps', ...node.shape]) }
  })
  const results = [...step.carryOut, ...step.out]
  const nodes = reachable(results)
  write(scope, plainPlan(nodes, new Set(results)))

  const isSmall = (node: Node): boolean => node.dtype === 'float32' && sizeOf(node.shape) <= SMALL
  const small = step.out.filter(isSmall)
  const large = step.out.filter((node) => !isSmall(node))
  const made = resultNames(scope, [...step.carryOut, ...large])
  const carried = made.slice(0, step.carryOut.length)
  const after = scope.emit('Add', [count, scope.scalar(1, 'int32')])
  const kept = small.length === 0 ? undefined : keptRows(scope, small, count, room)
  const scalar = (its: string): ValueInfo => ({ name: its, type: 'int32', shape: [] })
  const inputs = [
    ...[...constants, ...carry, ...series].map((p) => p.info),
    scalar(count),
    ...(kept ? [kept.info(kept.before)] : []),
  ]
  const outputs = [
    ...[...step.carryOut, ...large].map((node, i) => scope.info(made[i] as string, node)),
    scalar(after),
    ...(kept ? [kept.info(kept.after)] : []),
  ]
  const ends = small.map((_, i) => small.slice(0, i + 1).reduce((sum, n) => sum + sizeOf(n.shape), 0))
  return {
    bytes: encoded(scope.finish(name, inputs, outputs), precision),
    constants: constants.map((p) => p.port),
    carry: carry.map((p) => p.port),
    each: series.map((p) => p.port),
    count: { before: count, after },
    carried,
    ...(kept ? { kept: { before: kept.before, after: kept.after, columns: ends.at(-1) as number } } : {}),
    out: step.out.map((node) => {
      const size = sizeOf(node.shape)
      const at = small.indexOf(node)
      return at < 0
        ? { in: 'output', name: made[carried.length + large.indexOf(node)] as string }
        : { in: 'row', from: (ends[at] as number) - size, size }
    }),
    computed: computedBytes(nodes),
  }
}

/** Puts a step's small results side by side into its row; the other rows stay as they were. */
function keptRows(scope: Scope, small: readonly Node[], count: string, room: number) {
  const columns = small.reduce((sum, n) => sum + sizeOf(n.shape), 0)
  const before = scope.fresh()
  const parts = small.map((node) => valueOf(scope, node, [1, sizeOf(node.shape)]))
  const row = parts.length === 1 ? (parts[0] as string) : scope.emit('Concat', parts, { axis: 1 })
  const rows = Int32Array.from({ length: room }, (_, i) => i)
  const isRow = scope.emit('Equal', [scope.constant({ dtype: 'int32', shape: [room, 1], data: rows }), count])
  const after = scope.emit('Where', [isRow, row, before])
  const info = (its: string): ValueInfo => ({ name: its, type: 'float32', shape: [room, columns] })
  return { before, after, info }
}

function portOf(scope: Scope, node: Node): NamedPort {
  if (formOf(node) !== 'words') return plainPort(scope, node)
  const name = scope.fresh()
  scope.bindWords(node, name)
  return { port: { name, as: 'words' }, info: { name, type: 'uint32', shape: packedShape(node) } }
}

function plainPort(scope: Scope, node: Node): NamedPort {
  const name = scope.fresh()
  scope.bind(node, name)
  return { port: { name, as: elementOf(node.dtype) }, info: scope.info(name, node) }
}

interface NamedPort {
  readonly port: Port
  readonly info: ValueInfo
}
