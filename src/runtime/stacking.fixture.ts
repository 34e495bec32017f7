import * as ort from 'onnxruntime-node'
import { type HostTensor, type TensorSpec } from '../values/host-tensor.ts'
import { stack } from './graph/stacking/stack.ts'
import { Graph } from './graph/graph.ts'
import { whole } from './graph/stacking/value.ts'
import { joined, parted } from './onnx/members.ts'
import { programModel } from './onnx/model.ts'
import { openSession } from './onnx/session.ts'
import { trace } from './trace/trace.ts'
import { entriesOf, grow, isHostTensor, type Entry } from './tree.ts'
import type { Named } from './types.ts'

/**
 * What a function gives for each of some members, all of them computed in one program of the CPU engine. Inputs whose
 * path is among `shared` are those of the first member.
 */
export async function runStacked(
  signature: Named<TensorSpec>,
  members: readonly Named<HostTensor>[],
  shared: ReadonlySet<string>,
  fn: (inputs: unknown) => unknown,
  graph = new Graph(),
): Promise<Named<HostTensor>[]> {
  const { inputs, outputs } = await trace('stacked', signature, fn, graph)
  const count = members.length
  const given = inputs.map(({ path, leaf, ...entry }) => ({
    ...entry,
    path,
    leaf: shared.has(path) ? leaf : graph.input(leaf.dtype, [count, ...leaf.shape]),
  }))
  const own = new Map(
    inputs.flatMap(({ path, leaf }, i) =>
      shared.has(path) ? [] : [[leaf, (given[i] as (typeof inputs)[0]).leaf]],
    ),
  )
  const values = stack(
    graph,
    count,
    own,
    outputs.map((o) => o.leaf),
  )
  const results = outputs.map((o, i) => ({
    ...o,
    leaf: whole({ g: graph, members: count }, values[i] as (typeof values)[0]),
  }))
  const session = await openSession(
    ort,
    'stacked',
    programModel(
      'stacked',
      given.map((e) => e.leaf),
      results.map((e) => e.leaf),
    ),
    {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    },
  )
  const leaves = members.map((m) => new Map(entriesOf(m, isHostTensor).map((e) => [e.path, e.leaf])))
  const tensors = given.map(({ path }) => {
    const each = leaves.map((m) => m.get(path) as HostTensor)
    return shared.has(path) ? (each[0] as HostTensor) : joined(each, count, 0)
  })
  const made = await session.run(tensors)
  await session.close()
  return members.map((_, member) =>
    grow(
      outputs.map((o, i): Entry<HostTensor> => ({
        ...o,
        leaf: parted(made[i] as HostTensor, count, 0)[member] as HostTensor,
      })),
    ),
  )
}
