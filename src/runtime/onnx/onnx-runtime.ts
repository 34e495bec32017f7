import type * as tf from '@tensorflow/tfjs-core'
import type { TensorSpec } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import { cast } from '../graph/elementwise.ts'
import { Graph } from '../graph/graph.ts'
import { reachable } from '../graph/reachable.ts'
import { checkedInputs, checkedSeries } from '../inputs.ts'
import { oneByOne, onlyOne } from '../one-by-one.ts'
import { loopEntries, splitOutputs } from '../loop-signature.ts'
import { trace } from '../trace/trace.ts'
import { branchOf, entriesOf, isSpec, treeOf, type Entry } from '../tree.ts'
import type {
  Compilation,
  Engine,
  Host,
  Loop,
  LoopInputs,
  LoopOutputs,
  LoopSignature,
  Named,
  Program,
  Runtime,
  StepInputs,
  StepOutputs,
  Traced,
  Traffic,
} from '../types.ts'
import { cpuTarget } from './cpu-target.ts'
import { cudaTarget, scanTarget } from './cuda-target.ts'
import { deviceTarget } from './device-target.ts'
import { loadOrt } from './load-ort.ts'
import type { Step } from './loop-model.ts'
import type { MemberAxis } from './members.ts'
import { computedBytes } from './model.ts'
import type { Ort, Session } from './session.ts'
import { stackedFunction, stackedStep } from './stacked-graph.ts'
import { StackedSession, type Input, type Runs, type Stackable } from './stacked-session.ts'
import type { Recorded, Target } from './target.ts'

/** Raised when the models written for the same function change, for results may then differ in their last bits. */
const LOWERING = 5

export interface OnnxOptions {
  readonly device: 'cpu' | 'gpu'
  /** Threads of one program; at least one. With one, results are the same to the last bit in every session. */
  readonly threads?: number
  /** Whether functions that are run for many inputs at once are compiled for that; as a rule, on a GPU. */
  readonly stacked?: boolean
  /** Refuses functions of which a GPU would leave a part to the processor, which copies its tensors there and back. */
  readonly strict?: boolean
}

/** Compiles functions to ONNX models and runs them with ONNX Runtime. */
export async function createOnnxRuntime({
  device,
  threads = 1,
  stacked = device === 'gpu',
  strict = false,
}: OnnxOptions): Promise<Runtime> {
  if (!Number.isInteger(threads) || threads < 1)
    throw new Problem('usage', `the onnx runtime cannot use ${threads} threads`, {
      hint: 'Give a whole number from 1 on.',
    })
  const ort = await loadOrt()
  const version = versionOf(ort)
  if (device === 'cpu') {
    // Products of many members at once are added up in another order.
    const own = stacked ? `${version}+stacked` : version
    return new OnnxRuntime(
      { runtime: 'onnx', version: own, device, threads },
      cpuTarget(ort, threads),
      stacked,
    )
  }
  const target = await deviceTarget(ort, strict)
  return new OnnxRuntime(
    { runtime: 'onnx', version: `${version}+webgpu`, device, threads: 1 },
    target,
    stacked,
  )
}

export interface CudaOptions {
  readonly stacked?: boolean
  /** Tests have the processor compute what is written for a GPU. */
  readonly provider?: 'cuda' | 'cpu'
}

/** The same on an NVIDIA GPU, by the CUDA provider. Throws a `Problem` where it is not installed. */
export async function createCudaRuntime({
  stacked = true,
  provider = 'cuda',
}: CudaOptions = {}): Promise<Runtime> {
  const ort = await loadOrt()
  const target = provider === 'cuda' ? await cudaTarget(ort) : scanTarget(ort, [provider])
  return new OnnxRuntime(
    { runtime: 'cuda', version: versionOf(ort), device: 'gpu', threads: 1 },
    target,
    stacked,
  )
}

function versionOf(ort: Ort): string {
  return `${ort.env.versions.node ?? ort.env.versions.common}+lowering.${LOWERING}`
}

class OnnxRuntime implements Runtime {
  readonly engine: Engine
  readonly stacks: boolean
  private readonly target: Target
  private readonly opened = new Set<Runs>()
  private disposed = false

  constructor(engine: Engine, target: Target, stacked: boolean) {
    this.engine = engine
    this.target = target
    this.stacks = stacked
  }

  get traffic(): Traffic | undefined {
    return this.target.traffic
  }

  async compile<I extends Named<TensorSpec>, O extends Named<tf.Tensor>>(
    name: string,
    signature: I,
    fn: (inputs: Traced<I>) => O,
    how: Compilation = {},
  ): Promise<Program<I, O>> {
    this.checkOpen()
    const expected = entriesOf(signature, isSpec)
    const { graph, inputs, outputs } = await trace(
      name,
      signature,
      fn as (inputs: unknown) => unknown,
      new Graph(this.target.dialect),
    )
    const like = { inputs: leaves(inputs), outputs: leaves(outputs) }
    const isShared = (input: number): boolean => expected[input]?.leaf.shared === true
    const open = (recorded: Recorded): Promise<Session> =>
      this.target.openFunction(name, recorded, { isShared, precision: how.precision ?? 'float32' })
    const runs = await this.runsOf(() => open(like), {
      name,
      inputs: like.inputs.map((_, i) => (isShared(i) ? 'shared' : { axis: 0 })),
      outputs: like.outputs.map(() => 0),
      fedBack: new Map(),
      open: (members) => open(stackedFunction(graph, like, members, isShared)),
    })
    const runAll = async (given: readonly Host<I>[]): Promise<Host<O>[]> => {
      const results = await runs.run(given.map((one) => checkedInputs(name, expected, one)))
      return results.map((tensors) => treeOf(outputs, tensors) as Host<O>)
    }
    const bytes = computedBytes(reachable(like.outputs))
    return { runAll, run: onlyOne(runAll), bytes, dispose: () => this.close(runs) }
  }

  async loop<S extends LoopSignature, O extends Named<tf.Tensor>>(
    name: string,
    signature: S,
    step: (inputs: StepInputs<S>) => StepOutputs<S, O>,
    how: Compilation = {},
  ): Promise<Loop<S, O>> {
    this.checkOpen()
    const entries = loopEntries(name, signature)
    const { constants, carry, each } = signature
    const { graph, inputs, outputs } = await trace(
      name,
      { constants, carry, each },
      step as (inputs: unknown) => unknown,
      new Graph(this.target.dialect),
    )
    const nodes = (group: keyof LoopSignature) => branchOf(inputs, group).map((e) => e.leaf)
    const { carry: next, out } = splitOutputs(name, entries.carry, outputs)
    const carryIn = nodes('carry')
    const recorded: Step = {
      constants: nodes('constants'),
      carryIn,
      each: nodes('each'),
      carryOut: next.map((node, i) => cast(graph, node, carryIn[i]?.dtype ?? node.dtype)),
      out: out.map((o) => o.leaf),
    }
    const isShared = (constant: number): boolean => entries.constants[constant]?.leaf.shared === true
    const open = (of: Step): Promise<Session> => this.target.openSteps(name, of, how.precision ?? 'float32')
    const runs = await this.runsOf(() => open(recorded), {
      name,
      inputs: [
        ...recorded.constants.map((_, i): Input => (isShared(i) ? 'shared' : { axis: 0, constant: true })),
        ...recorded.carryIn.map((): Input => ({ axis: 0 })),
        ...recorded.each.map((): Input => ({ axis: 1 })),
      ],
      outputs: [...next.map((): MemberAxis => 0), ...out.map((): MemberAxis => 1)],
      fedBack: new Map(next.map((_, i) => [recorded.constants.length + i, i])),
      open: (members) => open(stackedStep(graph, recorded, members, isShared)),
    })
    const runAll = async (given: readonly LoopInputs<S>[]): Promise<LoopOutputs<S, O>[]> => {
      const series = given.map((one) => checkedSeries(name, entries.each, one.each))
      checkEqual(
        name,
        series.map(({ steps }) => steps),
      )
      const results = await runs.run(
        given.map((one, i) => [
          ...checkedInputs(name, entries.constants, one.constants),
          ...checkedInputs(name, entries.carry, one.carry),
          ...(series[i]?.series ?? []),
        ]),
      )
      return results.map((tensors) => ({
        carry: treeOf(entries.carry, tensors.slice(0, next.length), carry) as Host<S['carry']>,
        out: treeOf(out, tensors.slice(next.length)) as Host<O>,
      }))
    }
    const bytes = computedBytes(reachable([...recorded.carryOut, ...recorded.out]))
    return { runAll, run: onlyOne(runAll), bytes, dispose: () => this.close(runs) }
  }

  async dispose(): Promise<void> {
    this.disposed = true
    await Promise.all([...this.opened].map((runs) => this.close(runs)))
    await this.target.dispose()
  }

  private checkOpen(): void {
    if (this.disposed) throw new Problem('usage', 'the onnx runtime was used after it was disposed')
  }

  private async runsOf(alone: () => Promise<Session>, stackable: Stackable): Promise<Runs> {
    const runs = this.stacks ? new StackedSession(stackable) : sessionRuns(await alone())
    this.opened.add(runs)
    return runs
  }

  private async close(runs: Runs): Promise<void> {
    this.opened.delete(runs)
    await runs.close()
  }
}

/** Members one after the other, in a session for one. */
function sessionRuns(session: Session): Runs {
  return { run: oneByOne((inputs) => session.run(inputs)), close: () => session.close() }
}

function checkEqual(name: string, steps: readonly number[]): void {
  const other = steps.find((n) => n !== steps[0])
  if (other !== undefined)
    throw new Problem('usage', `${name}: some runs have ${steps[0] ?? 0} steps, others ${other}`, {
      hint: 'Runs at the same time must have the same number of steps.',
    })
}

function leaves<Leaf>(entries: readonly Entry<Leaf>[]): Leaf[] {
  return entries.map(({ leaf }) => leaf)
}
