import type * as tf from '@tensorflow/tfjs-core'
import type { TensorSpec } from '../../values/host-tensor.ts'
import type {
  Compilation,
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
} from '../types.ts'
import { onlyOne } from '../one-by-one.ts'
import { LoopCall, ProgramCall, type Call, type Settle, type Target } from './call.ts'
import { Joiner, type JoinerOptions } from './joiner.ts'

/**
 * A runtime whose programs, when many callers run them at the same time, are run once for all of them. For engines on
 * which that takes hardly longer than one run.
 */
export function joinedRuntime(runtime: Runtime, options: JoinerOptions): Runtime {
  return new JoinedRuntime(runtime, options)
}

class JoinedRuntime implements Runtime {
  private readonly inside: Runtime
  private readonly joiner: Joiner

  constructor(runtime: Runtime, options: JoinerOptions) {
    this.inside = runtime
    this.joiner = new Joiner(options)
  }

  get engine(): Runtime['engine'] {
    return this.inside.engine
  }

  async compile<I extends Named<TensorSpec>, O extends Named<tf.Tensor>>(
    name: string,
    signature: I,
    fn: (inputs: Traced<I>) => O,
    how: Compilation = {},
  ): Promise<Program<I, O>> {
    const program = await this.inside.compile(name, signature, fn, how)
    const { bytes } = program
    const target: Target = { name, bytes, runAll: (inputs) => program.runAll(inputs as Host<I>[]) }
    const runAll = this.visits<Host<I>, Host<O>>((inputs, settle) => new ProgramCall(target, inputs, settle))
    return {
      runAll,
      run: onlyOne(runAll),
      ...(bytes === undefined ? {} : { bytes }),
      dispose: () => program.dispose(),
    }
  }

  async loop<S extends LoopSignature, O extends Named<tf.Tensor>>(
    name: string,
    signature: S,
    step: (inputs: StepInputs<S>) => StepOutputs<S, O>,
    how: Compilation = {},
  ): Promise<Loop<S, O>> {
    const loop = await this.inside.loop(name, signature, step, how)
    const { bytes } = loop
    const target: Target = { name, bytes, runAll: (inputs) => loop.runAll(inputs as LoopInputs<S>[]) }
    const runAll = this.visits<LoopInputs<S>, LoopOutputs<S, O>>(
      (inputs, settle) => new LoopCall(target, inputs, settle),
    )
    return {
      runAll,
      run: onlyOne(runAll),
      ...(bytes === undefined ? {} : { bytes }),
      dispose: () => loop.dispose(),
    }
  }

  dispose(): Promise<void> {
    return this.inside.dispose()
  }

  private visits<I, O>(callOf: (inputs: I, settle: Settle) => Call): (inputs: readonly I[]) => Promise<O[]> {
    return async (inputs) => {
      const calls: Call[] = []
      const results = inputs.map(
        (one) =>
          new Promise<O>((resolve, reject) => {
            calls.push(callOf(one, { resolve: (outputs) => resolve(outputs as O), reject }))
          }),
      )
      if (calls.length > 0) this.joiner.add(calls)
      return Promise.all(results)
    }
  }
}
