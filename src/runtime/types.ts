import type * as tf from '@tensorflow/tfjs-core'
import type { HostTensor, TensorSpec } from '../values/host-tensor.ts'
import type { Adapter } from './adapter.ts'
import type { Precision } from '../values/precision.ts'

/** A value, or names for several of them, nested as deep as the author likes: `{ params: { w1, w2 }, x }`. */
export type Tree<Leaf> = Leaf | { readonly [name: string]: Tree<Leaf> }
/** The top level of a traced function's inputs and outputs is always named. */
export type Named<Leaf> = { readonly [name: string]: Tree<Leaf> }

/** The tree `T` of specs (or of other leaves), with `Leaf` at every leaf. */
export type Filled<T, Leaf> = T extends TensorSpec | tf.Tensor | HostTensor
  ? Leaf
  : { readonly [K in keyof T]: Filled<T[K], Leaf> }

/** The tensors that a function sees, one for every spec of its signature. */
export type Traced<S> = Filled<S, tf.Tensor>
/** The tensors in main memory that a caller passes or receives. */
export type Host<S> = Filled<S, HostTensor>

/** Which numeric engine computes, as far as it can change a result: part of every unit's key. */
export interface Engine {
  readonly runtime: RuntimeName
  readonly version: string
  readonly device: 'cpu' | 'gpu'
  /** Threads one program may use; more than one may change the last bits of a result. */
  readonly threads: number
}

export type RuntimeName = 'onnx' | 'cuda' | 'tensorflow' | 'webgpu' | 'wasm' | 'cpu'

/** A function made ready to run on a device. */
export interface Program<I extends Named<TensorSpec>, O extends Named<tf.Tensor>> {
  run(inputs: Host<I>): Promise<Host<O>>
  /**
   * What `run` gives for each of many inputs. Engines for which that pays compute them at the same time; what one
   * gets does not depend on the others.
   */
  runAll(inputs: readonly Host<I>[]): Promise<Host<O>[]>
  /** Bytes of all that one run computes; absent where that is not known. */
  readonly bytes?: number
  /** Frees what the program holds. Running it afterwards is an error. */
  dispose(): Promise<void>
}

/**
 * One step of an iteration, as `jax.lax.scan` has it:
 * `constants` stay as they are, `carry` goes from step to step, `each` has one slice per step, and so has `out`.
 */
export interface LoopSignature {
  readonly constants: Named<TensorSpec>
  readonly carry: Named<TensorSpec>
  readonly each: Named<TensorSpec>
}

export interface StepInputs<S extends LoopSignature> {
  readonly constants: Traced<S['constants']>
  readonly carry: Traced<S['carry']>
  readonly each: Traced<S['each']>
}

export interface StepOutputs<S extends LoopSignature, O extends Named<tf.Tensor>> {
  readonly carry: Traced<S['carry']>
  readonly out: O
}

/** What a loop starts from: constants, the state before its first step, and what each step is given. */
export interface LoopInputs<S extends LoopSignature> {
  readonly constants: Host<S['constants']>
  readonly carry: Host<S['carry']>
  readonly each: Host<S['each']>
}

/** The state after a loop's last step, and what was kept of each, under a leading axis of steps. */
export interface LoopOutputs<S extends LoopSignature, O extends Named<tf.Tensor>> {
  readonly carry: Host<S['carry']>
  readonly out: Host<O>
  /** How long the engine computed it, where the call also waited for others; absent where it did not. */
  readonly milliseconds?: number
}

/** Many steps per call, with as little copying between them as the engine allows. */
export interface Loop<S extends LoopSignature, O extends Named<tf.Tensor>> {
  /**
   * Runs as many steps as the leading axis of every tensor of `each` says (the same for all; at least one).
   * A constant's data must never be changed by the caller afterwards: engines recognise it by identity and
   * may keep it on the device. Nor may that of a state that a run gave and the next one is given.
   */
  run(inputs: LoopInputs<S>): Promise<LoopOutputs<S, O>>
  /** What `run` gives for each of many inputs, all of them for as many steps; as a program's. */
  runAll(inputs: readonly LoopInputs<S>[]): Promise<LoopOutputs<S, O>[]>
  /** Bytes of all that one step computes; absent where that is not known. */
  readonly bytes?: number
  dispose(): Promise<void>
}

/** Bytes copied between main memory and a device with memory of its own, so far. */
export interface Traffic {
  readonly toDevice: number
  readonly toHost: number
}

/** How a function is made ready to run. */
export interface Compilation {
  /**
   * Real numbers inside it; float32 where absent. What goes in and comes out is float32 all the same, and whole numbers
   * stay what they are. Engines that do not compute in 16 bits may keep more of them from one operation to the next.
   */
  readonly precision?: Precision
}

/** What executes tensor programs on a device. */
export interface Runtime {
  readonly engine: Engine
  /** Whether it computes many runs at the same time, where programs are given them by `runAll`. */
  readonly stacks?: boolean
  /** The GPU it computes on, where it knows its name. */
  readonly adapter?: Adapter | undefined
  /** Absent where programs compute in main memory. */
  readonly traffic?: Traffic | undefined
  /**
   * Makes a pure function over tfjs tensors runnable. `name` is used in error messages.
   * Throws a `Problem` of kind `usage` that names the op and the place it was called from if the function
   * uses an op the engine does not know, reads a tensor's value, draws random numbers, makes a `tf.variable`,
   * or captures a tensor from outside, or if the device does not compute in the precision that is asked for. A runtime
   * that stacks compiles when it first runs, and tells of the device then.
   */
  compile<I extends Named<TensorSpec>, O extends Named<tf.Tensor>>(
    name: string,
    signature: I,
    fn: (inputs: Traced<I>) => O,
    how?: Compilation,
  ): Promise<Program<I, O>>
  /** The same for one step that is run many times. `signature.each` describes one slice, without the leading axis. */
  loop<S extends LoopSignature, O extends Named<tf.Tensor>>(
    name: string,
    signature: S,
    step: (inputs: StepInputs<S>) => StepOutputs<S, O>,
    how?: Compilation,
  ): Promise<Loop<S, O>>
  dispose(): Promise<void>
}
