import type * as tf from '@tensorflow/tfjs-core'
import type { InferenceSession } from 'onnxruntime-node'
import type { HostTensor, TensorSpec } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import { cast } from '../graph/elementwise.ts'
import { checkedInputs, checkedSeries } from '../inputs.ts'
import { loopEntries, splitOutputs } from '../loop-signature.ts'
import { trace } from '../trace/trace.ts'
import { branchOf, entriesOf, grow, isSpec, type Entry } from '../tree.ts'
import type {
  Host,
  Loop,
  LoopSignature,
  Named,
  Program,
  Runtime,
  StepInputs,
  StepOutputs,
  Traced,
} from '../types.ts'
import { loopModel } from './loop-model.ts'
import { programModel } from './model.ts'
import { openSession, type Ort, type Session } from './session.ts'

/** Raised when the models written for the same function change, for results may then differ in their last bits. */
const LOWERING = 4

/**
 * Bytes from which on the engine lays out its memory as it goes: a plan made in advance takes up to twice as much. In
 * smaller programs it saves a tenth of the time.
 */
const LARGE = 2 ** 29

export interface OnnxOptions {
  readonly device: 'cpu' | 'gpu'
  /** Threads of one program; at least one. With one, results are the same to the last bit in every session. */
  readonly threads?: number
}

/** Compiles functions to ONNX models and runs them with ONNX Runtime. */
export async function createOnnxRuntime({ device, threads = 1 }: OnnxOptions): Promise<Runtime> {
  if (device === 'gpu')
    throw new Problem('usage', 'the onnx runtime cannot use a GPU yet: that comes with a later version', {
      hint: 'Use --device cpu, or --runtime tensorflow with @tensorflow/tfjs-node-gpu.',
    })
  if (!Number.isInteger(threads) || threads < 1)
    throw new Problem('usage', `the onnx runtime cannot use ${threads} threads`, {
      hint: 'Give a whole number from 1 on.',
    })
  const ort = await loadOrt()
  return new OnnxRuntime(ort, threads)
}

async function loadOrt(): Promise<Ort> {
  try {
    return await import('onnxruntime-node')
  } catch (error) {
    throw new Problem('infrastructure', 'onnxruntime-node cannot be loaded', {
      hint: 'It has binaries for Linux, macOS and Windows; reinstall it, or use --runtime wasm.',
      cause: error,
    })
  }
}

class OnnxRuntime implements Runtime {
  readonly engine
  private readonly ort: Ort
  private readonly options: InferenceSession.SessionOptions
  private readonly sessions = new Set<Session>()
  private disposed = false

  constructor(ort: Ort, threads: number) {
    this.ort = ort
    const version = `${ort.env.versions.node ?? ort.env.versions.common}+lowering.${LOWERING}`
    this.engine = { runtime: 'onnx', version, device: 'cpu', threads } as const
    this.options = {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    }
  }

  async compile<I extends Named<TensorSpec>, O extends Named<tf.Tensor>>(
    name: string,
    signature: I,
    fn: (inputs: Traced<I>) => O,
  ): Promise<Program<I, O>> {
    this.checkOpen()
    const expected = entriesOf(signature, isSpec)
    const { inputs, outputs } = await trace(name, signature, fn as (inputs: unknown) => unknown)
    const session = await this.open(name, programModel(name, inputs, outputs))
    return {
      run: async (given) => {
        const results = await session.run(checkedInputs(name, expected, given))
        return named(outputs, results) as Host<O>
      },
      dispose: () => this.close(session),
    }
  }

  async loop<S extends LoopSignature, O extends Named<tf.Tensor>>(
    name: string,
    signature: S,
    step: (inputs: StepInputs<S>) => StepOutputs<S, O>,
  ): Promise<Loop<S, O>> {
    this.checkOpen()
    const entries = loopEntries(name, signature)
    const { constants, carry, each } = signature
    const { graph, inputs, outputs } = await trace(
      name,
      { constants, carry, each },
      step as (inputs: unknown) => unknown,
    )
    const nodes = (group: keyof LoopSignature) => branchOf(inputs, group).map((e) => e.leaf)
    const { carry: next, out } = splitOutputs(name, entries.carry, outputs)
    const carryIn = nodes('carry')
    const model = loopModel(name, {
      constants: nodes('constants'),
      carryIn,
      each: nodes('each'),
      carryOut: next.map((node, i) => cast(graph, node, carryIn[i]?.dtype ?? node.dtype)),
      out: out.map((o) => o.leaf),
    })
    const session = await this.open(name, model)
    return {
      run: async (given) => {
        const { series } = checkedSeries(name, entries.each, given.each)
        const results = await session.run([
          ...checkedInputs(name, entries.constants, given.constants),
          ...checkedInputs(name, entries.carry, given.carry),
          ...series,
        ])
        return {
          carry: named(entries.carry, results.slice(0, next.length), carry) as Host<S['carry']>,
          out: named(out, results.slice(next.length)) as Host<O>,
        }
      },
      dispose: () => this.close(session),
    }
  }

  async dispose(): Promise<void> {
    this.disposed = true
    await Promise.all([...this.sessions].map((session) => this.close(session)))
  }

  private checkOpen(): void {
    if (this.disposed) throw new Problem('usage', 'the onnx runtime was used after it was disposed')
  }

  private async open(name: string, model: Parameters<typeof openSession>[2]): Promise<Session> {
    const session = await openSession(this.ort, name, model, {
      ...this.options,
      enableMemPattern: model.computed < LARGE,
    })
    this.sessions.add(session)
    return session
  }

  private async close(session: Session): Promise<void> {
    this.sessions.delete(session)
    await session.close()
  }
}

function named(
  entries: readonly Entry<unknown>[],
  tensors: readonly HostTensor[],
  like: object = {},
): Named<HostTensor> {
  return grow(
    entries.map((e, i) => ({ ...e, leaf: tensors[i] as HostTensor })),
    like,
  )
}
