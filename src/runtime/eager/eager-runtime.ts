import * as tf from '@tensorflow/tfjs-core'
import type { TensorSpec } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import type { Adapter } from '../adapter.ts'
import { ConstantStore } from '../constants.ts'
import { exclusively } from '../engine.ts'
import { registerMissingGradients } from '../gradients.ts'
import { checkedInputs, checkedSeries } from '../inputs.ts'
import { loopEntries, splitOutputs } from '../loop-signature.ts'
import { oneByOne } from '../one-by-one.ts'
import { outputsOf, type Refuse } from '../outputs.ts'
import { stepOf } from '../series.ts'
import { Stack } from '../stack.ts'
import { dtypeOf } from '../trace/dtype.ts'
import { inWords, placedProblem } from '../trace/words.ts'
import { entriesOf, grow, isSpec, placed, treeOf, type Entry } from '../tree.ts'
import type {
  Compilation,
  Engine,
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
import { watch } from '../watch.ts'
import {
  backends,
  type DeviceChoice,
  type DeviceWatch,
  type EagerBackend,
  type StartedBackend,
} from './backends.ts'
import { installedPackage, type Importer } from './installed.ts'
import { download, upload } from './tensors.ts'

/** Steps of a loop that a device is told of before the results of the first of them are waited for. */
const AHEAD = 4

/**
 * Runs functions op by op on a tfjs backend.
 * Throws a `Problem` if the backend is not installed or does not start.
 */
export async function createEagerRuntime(
  backend: EagerBackend,
  load: Importer = installedPackage,
  device: DeviceChoice = 'auto',
): Promise<Runtime> {
  // tfjs otherwise advertises another package on standard output.
  tf.env().set('PROD', true)
  registerMissingGradients()
  return new EagerRuntime(await exclusively(() => backends[backend](load, device)))
}

class EagerRuntime implements Runtime {
  readonly engine: Engine
  readonly adapter: Adapter | undefined
  private readonly device: DeviceWatch | undefined
  private readonly constants = new ConstantStore<tf.Tensor>((tensor) => tensor.dispose())
  private disposed = false

  constructor({ engine, adapter, watch }: StartedBackend) {
    this.engine = engine
    this.adapter = adapter
    this.device = watch
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- nothing to prepare, but failures are rejections as elsewhere
  async compile<I extends Named<TensorSpec>, O extends Named<tf.Tensor>>(
    name: string,
    signature: I,
    fn: (inputs: Traced<I>) => O,
    how: Compilation = {},
  ): Promise<Program<I, O>> {
    refuseReduced(name, how)
    const open = this.guard(name)
    const expected = entriesOf(signature, isSpec)
    const run = fn as (inputs: unknown) => unknown
    const runOne: Program<I, O>['run'] = async (given) => {
      open.check()
      const inputs = checkedInputs(name, expected, given)
      return this.exclusively(name, async () => {
        const tensors = treeOf(expected, inputs.map(upload), signature)
        const outputs = watched(name, () => outputsOf(run(tensors), refusal(name)))
        const results = await Promise.all(outputs.map((e) => download(e.leaf, dtypeOf(e.leaf.dtype))))
        return grow(placed(outputs, results)) as Host<O>
      })
    }
    return { run: runOne, runAll: oneByOne(runOne), dispose: open.close }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- nothing to prepare, but failures are rejections as elsewhere
  async loop<S extends LoopSignature, O extends Named<tf.Tensor>>(
    name: string,
    signature: S,
    step: (inputs: StepInputs<S>) => StepOutputs<S, O>,
    how: Compilation = {},
  ): Promise<Loop<S, O>> {
    refuseReduced(name, how)
    const open = this.guard(name)
    const entries = loopEntries(name, signature)
    const run = step as (inputs: unknown) => unknown
    const runOne: Loop<S, O>['run'] = async (given) => {
      open.check()
      const constants = checkedInputs(name, entries.constants, given.constants)
      const initial = checkedInputs(name, entries.carry, given.carry)
      const { series, steps } = checkedSeries(name, entries.each, given.each)
      return this.exclusively(name, async () => {
        const fixed = treeOf(
          entries.constants,
          constants.map((c) => this.constants.of(c, '', () => tf.keep(upload(c)))),
          signature.constants,
        )
        let carry = initial.map(upload)
        let kept: Entry<Stack>[] | undefined
        const reading: Promise<void>[] = []
        for (let i = 0; i < steps; i++) {
          const before = carry
          let outputs: Entry<tf.Tensor>[] = []
          const tensors = tf.tidy(() => {
            const each = treeOf(
              entries.each,
              series.map((s) => upload(stepOf(s, i))),
              signature.each,
            )
            const inputs = { constants: fixed, carry: treeOf(entries.carry, before, signature.carry), each }
            outputs = watched(name, () => outputsOf(run(inputs), refusal(name)))
            // Copies of handles: an output may be an input, or be there twice.
            return outputs.map((e) => e.leaf.clone())
          })
          const { carry: next, out } = splitOutputs<tf.Tensor>(name, entries.carry, placed(outputs, tensors))
          kept ??= out.map((e) => ({ ...e, leaf: new Stack(dtypeOf(e.leaf.dtype), e.leaf.shape, steps) }))
          tf.dispose(before)
          carry = next
          const results = out.map((e) => e.leaf)
          const copies = kept.map(async ({ leaf }, j) => {
            leaf.set(i, await (results[j] as tf.Tensor).data())
          })
          const read = Promise.all(copies).then(() => {
            tf.dispose(results)
          })
          // Where one read fails, nobody waits for those after it.
          read.catch(() => undefined)
          reading.push(read)
          if (reading.length > AHEAD) await reading.shift()
        }
        await Promise.all(reading)
        const last = carry.map((t, i) => download(t, entries.carry[i]?.leaf.dtype ?? dtypeOf(t.dtype)))
        return {
          carry: treeOf(entries.carry, await Promise.all(last), signature.carry) as Host<S['carry']>,
          out: grow((kept ?? []).map((e) => ({ ...e, leaf: e.leaf.value }))) as Host<O>,
        }
      })
    }
    return { run: runOne, runAll: oneByOne(runOne), dispose: open.close }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the interface of all runtimes
  async dispose(): Promise<void> {
    if (this.disposed) return
    this.disposed = true
    this.constants.dispose()
    this.device?.release()
  }

  /** Runs work on this runtime's backend and frees every tensor that it leaves behind. */
  private exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
    return exclusively(async () => {
      await tf.setBackend(this.engine.runtime)
      const heard = this.device?.listen(name)
      // What `tf.tidy` does, but waiting. Nobody else opens a scope meanwhile and leaves it open.
      tf.engine().startScope(name)
      try {
        return await work()
      } catch (error) {
        throw inWords(name, error, `run on the ${this.engine.runtime} runtime`)
      } finally {
        tf.engine().endScope()
        // What the device tells is the cause of whatever else went wrong.
        await heard?.()
      }
    })
  }

  private guard(name: string): { readonly check: () => void; readonly close: () => Promise<void> } {
    let closed = false
    const check = (): void => {
      if (closed || this.disposed) throw new Problem('usage', `${name} was used after it was disposed`)
    }
    check()
    return {
      check,
      close: () => {
        closed = true
        return Promise.resolve()
      },
    }
  }
}

/** Runs the author's part of a computation: what must not happen in it is refused, and in it alone. */
function watched<T>(name: string, run: () => T): T {
  const unwatch = watch(refusal(name))
  try {
    return run()
  } finally {
    unwatch()
  }
}

function refuseReduced(name: string, { precision = 'float32' }: Compilation): void {
  if (precision === 'float32') return
  throw new Problem('usage', `${name}: TensorFlow.js does not compute in ${precision}`, {
    hint: 'Use --runtime onnx, or leave the precision out.',
  })
}

function refusal(name: string): Refuse {
  return (what, hint) => placedProblem(`${name}: ${what}`, hint, new Error().stack)
}
