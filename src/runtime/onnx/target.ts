import type { Precision } from '../../values/precision.ts'
import type { Dialect } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import type { Traffic } from '../types.ts'
import type { Step } from './loop-model.ts'
import type { Session } from './session.ts'

/** A recorded function's inputs and outputs. */
export interface Recorded {
  readonly inputs: readonly Node[]
  readonly outputs: readonly Node[]
}

export interface FunctionOptions {
  /** The data of inputs of which this says so is never changed: it may be kept where it is computed with. */
  readonly isShared: (input: number) => boolean
  readonly precision: Precision
}

/** Where recorded functions are computed. */
export interface Target {
  readonly dialect: Dialect
  readonly traffic?: Traffic
  /** Opens a function; tensors go in and come out in the order of its nodes. */
  openFunction(name: string, recorded: Recorded, how: FunctionOptions): Promise<Session>
  /** Opens a step to be taken many times: in go constants, state and series, out come the last state and what is kept. */
  openSteps(name: string, step: Step, precision: Precision): Promise<Session>
  dispose(): Promise<void>
}
