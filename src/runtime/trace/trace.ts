import * as tf from '@tensorflow/tfjs-core'
import type { TensorSpec } from '../../values/host-tensor.ts'
import { exclusively } from '../engine.ts'
import { registerMissingGradients } from '../gradients.ts'
import { cast } from '../graph/elementwise.ts'
import { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { outputsOf } from '../outputs.ts'
import { entriesOf, grow, isSpec, type Entry } from '../tree.ts'
import type { Named } from '../types.ts'
import { watch } from '../watch.ts'
import { inWords } from './words.ts'
import { TRACE_BACKEND, traceBackend } from './backend.ts'
import { seenAs } from './dtype.ts'
import { Recording } from './recording.ts'

/** A function as a graph: one node for every input and output, named by its path. */
export interface Traced {
  readonly graph: Graph
  readonly inputs: readonly Entry<Node>[]
  readonly outputs: readonly Entry<Node>[]
}

/**
 * Runs a function once on the recording backend. Throws a `Problem` of kind `usage` that names the function, what
 * it did and where, if that cannot be part of a compiled function.
 */
export function trace(
  name: string,
  signature: Named<TensorSpec>,
  fn: (inputs: unknown) => unknown,
  graph = new Graph(),
): Promise<Traced> {
  return exclusively(async () => {
    registerMissingGradients()
    const backend = traceBackend()
    await tf.setBackend(TRACE_BACKEND)
    const recording = new Recording(name, graph)
    const unwatch = watch(recording.refuse)
    backend.recording = recording
    let traced: Traced | undefined
    try {
      tf.tidy(() => {
        traced = record(recording, signature, fn)
      })
    } catch (error) {
      throw recording.problem ?? inWords(name, error, 'be compiled')
    } finally {
      backend.recording = undefined
      unwatch()
    }
    if (recording.problem) throw recording.problem
    if (!traced) throw new RangeError('nothing was recorded')
    return traced
  })
}

function record(
  recording: Recording,
  signature: Named<TensorSpec>,
  fn: (inputs: unknown) => unknown,
): Traced {
  const { graph } = recording
  const inputs = entriesOf(signature, isSpec).map((e) => ({
    ...e,
    leaf: graph.input(e.leaf.dtype, e.leaf.shape),
  }))
  const tensors = grow(
    inputs.map((e) => ({ ...e, leaf: tensorOf(recording, cast(graph, e.leaf, seenAs(e.leaf.dtype))) })),
    signature,
  )
  const outputs = outputsOf(fn(tensors), recording.refuse)
  return { graph, inputs, outputs: outputs.map((e) => ({ ...e, leaf: recording.nodeOf(e.leaf) })) }
}

function tensorOf(recording: Recording, node: Node): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(recording.tensorInfo(node))
}
