import {
  describeRuntime,
  onnxDeviceOps,
  type DeviceOp,
  type RuntimeChoice,
  type RuntimeReport,
} from '../../runtime/index.ts'
import { trainingPace, type PaceTask } from './training-pace.ts'

/** What a process can be asked that may die of it, and what it answers. */
export interface Tasks {
  /** Whether a runtime works. */
  readonly describe: { readonly given: RuntimeChoice; readonly answer: RuntimeReport }
  /** Which operations the onnx runtime computes on a GPU. */
  readonly ops: { readonly given: null; readonly answer: readonly DeviceOp[] }
  /** How fast it trains networks: steps a second, of all networks together. */
  readonly pace: { readonly given: PaceTask; readonly answer: number }
}

/** How each is answered. */
export const tasks: {
  readonly [T in keyof Tasks]: (given: Tasks[T]['given']) => Promise<Tasks[T]['answer']>
} = {
  describe: describeRuntime,
  ops: onnxDeviceOps,
  pace: trainingPace,
}
