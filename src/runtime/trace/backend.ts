import * as tf from '@tensorflow/tfjs-core'
import { Problem } from '../../values/problem.ts'
import { randomness } from '../watch.ts'
import type { Node } from '../graph/node.ts'
import type { Recording } from './recording.ts'
import type { Rule } from './rule.ts'
import { rules } from './rules.ts'

/** Name of the tfjs backend that records. */
export const TRACE_BACKEND = 'prune-bench-trace'

const RANDOM_OP = /^(random|truncatedNormal|rand\b|multinomial|dropout)/
const READ_HINT =
  'Values are known only when the compiled function runs: compute with tensors, and return what you want to read.'

/** A tfjs backend whose kernels record what they would compute. */
class TraceBackend extends tf.KernelBackend {
  recording: Recording | undefined

  private get current(): Recording {
    if (this.recording) return this.recording
    throw new Problem('usage', 'a tensor was used after the function that it belongs to was compiled', {
      hint: 'Do not keep tensors of a compiled function outside of it.',
    })
  }

  record(
    kernelName: string,
    rule: Rule,
    inputs: tf.NamedTensorInfoMap | undefined,
    attrs: unknown,
  ): tf.TensorInfo | tf.TensorInfo[] {
    const recording = this.current
    const nodes: Record<string, Node> = {}
    for (const [name, tensor] of Object.entries(inputs ?? {}))
      if (tensor) nodes[name] = recording.nodeOf(tensor)
    try {
      const output = rule(recording.graph, nodes, attrs ?? {})
      return isList(output) ? output.map((n) => recording.tensorInfo(n)) : recording.tensorInfo(output)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      throw recording.refuse(
        `${kernelName}: ${error.message}`,
        error.hint ?? 'See which ops compiled functions know.',
      )
    }
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const op = drawingOp()
    if (op !== undefined) throw randomness(this.current.refuse, `tf.${op}`)
    return this.current.write(values, shape, dtype)
  }

  override readSync(): never {
    throw this.current.refuse('reads the values of a tensor', READ_HINT)
  }

  override read(): Promise<never> {
    this.current.refuse('reads the values of a tensor', READ_HINT)
    // Rejecting would end the process if nobody waits for it; the refusal is thrown when recording ends.
    return new Promise(() => undefined)
  }

  override incRef(): void {
    throw this.current.refuse(
      'assigns to a tf.variable',
      'Take the old value as an input and return the new one.',
    )
  }

  override move(): never {
    throw this.current.refuse('uses a tensor that was made outside of it', 'Pass it as an input.')
  }

  override disposeData(dataId: object): boolean {
    this.recording?.forget(dataId)
    return true
  }

  override refCount(): number {
    return 1
  }
  override numDataIds(): number {
    return this.recording?.size ?? 0
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true }
  }
  override timerAvailable(): boolean {
    return false
  }
  override floatPrecision(): 32 {
    return 32
  }
  override epsilon(): number {
    return 1e-7
  }
  override dispose(): void {
    this.recording = undefined
  }
}

// Ops open a scope of their name; one of them may have called the one that writes.
function drawingOp(): string | undefined {
  return tf
    .engine()
    .state.scopeStack.map(({ name }) => name.replace(/__op$/, ''))
    .find((name) => RANDOM_OP.test(name))
}

function isList(output: Node | readonly Node[]): output is readonly Node[] {
  return Array.isArray(output)
}

let registered: TraceBackend | undefined

/** The recording backend, registered with tfjs on first use. */
export function traceBackend(): TraceBackend {
  if (registered) return registered
  const backend = new TraceBackend()
  // The lowest priority: tfjs must never choose it by itself.
  tf.registerBackend(TRACE_BACKEND, () => backend, -1)
  for (const [kernelName, rule] of Object.entries(rules))
    tf.registerKernel({
      kernelName,
      backendName: TRACE_BACKEND,
      kernelFunc: ({ inputs, attrs }) => backend.record(kernelName, rule, inputs, attrs),
    })
  registered = backend
  return backend
}
