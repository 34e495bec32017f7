import { describeRuntime, type RuntimeChoice, type RuntimeReport } from '../../runtime/index.ts'
import { trainingPace, type PaceTask } from './training-pace.ts'

/** What a process can be asked that may die of it, and what it answers. */
export interface Tasks {
  /** Whether a runtime works. */
  readonly describe: { readonly given: RuntimeChoice; readonly answer: RuntimeReport }
  /** How fast it trains networks: steps a second, of all networks together. */
  readonly pace: { readonly given: PaceTask; readonly answer: number }
}

/** How each is answered. */
export const tasks: {
  readonly [T in keyof Tasks]: (given: Tasks[T]['given']) => Promise<Tasks[T]['answer']>
} = {
  describe: describeRuntime,
  pace: trainingPace,
}
