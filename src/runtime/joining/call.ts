import type { HostTensor } from '../../values/host-tensor.ts'
import { concatenated, stepsOf } from '../series.ts'
import { entriesOf, grow, isHostTensor, leavesOf } from '../tree.ts'
import type { Named } from '../types.ts'

/** What is run for many callers at once: one program or one loop. */
export interface Target {
  readonly name: string
  /** Bytes that one caller's run computes; absent where that is not known. */
  readonly bytes: number | undefined
  runAll(inputs: readonly unknown[]): Promise<unknown[]>
}

/** What one caller wants of a target, and how far that is. */
export interface Call {
  readonly target: Target
  /** Steps that are left; of a program, one. */
  readonly left: number
  /** The inputs of the next `steps` steps. */
  next(steps: number): unknown
  /** These steps were taken in so much time and gave this. */
  took(steps: number, milliseconds: number, outputs: unknown): void
  fail(error: unknown): void
}

/** How a call tells its caller that it has ended. */
export interface Settle {
  readonly resolve: (outputs: unknown) => void
  readonly reject: (error: unknown) => void
}

/** One run of a program. */
export class ProgramCall implements Call {
  readonly target: Target
  left = 1
  private readonly inputs: unknown
  private readonly settle: Settle

  constructor(target: Target, inputs: unknown, settle: Settle) {
    this.target = target
    this.inputs = inputs
    this.settle = settle
  }

  next(): unknown {
    return this.inputs
  }

  took(_steps: number, _milliseconds: number, outputs: unknown): void {
    this.left = 0
    this.settle.resolve(outputs)
  }

  fail(error: unknown): void {
    this.settle.reject(error)
  }
}

type Tensors = Named<HostTensor>
interface Inputs {
  readonly constants: Tensors
  readonly carry: Tensors
  readonly each: Tensors
}
interface Outputs {
  readonly carry: Tensors
  readonly out: Tensors
}

/** One run of a loop, which may be taken in parts: the state after one is where the next begins. */
export class LoopCall implements Call {
  readonly target: Target
  left: number
  private readonly inputs: Inputs
  private readonly settle: Settle
  private readonly steps: number
  private carry: Tensors
  private milliseconds = 0
  private readonly parts: Tensors[] = []

  constructor(target: Target, inputs: Inputs, settle: Settle) {
    this.target = target
    this.inputs = inputs
    this.settle = settle
    this.carry = inputs.carry
    this.steps = lengthOf(inputs.each)
    this.left = this.steps
  }

  next(steps: number): Inputs {
    const { constants, each } = this.inputs
    if (steps === this.steps) return this.inputs
    const taken = this.steps - this.left
    const part = entriesOf(each, isHostTensor).map((e) => ({ ...e, leaf: stepsOf(e.leaf, taken, steps) }))
    return { constants, carry: this.carry, each: grow(part, each) }
  }

  took(steps: number, milliseconds: number, outputs: unknown): void {
    const { carry, out } = outputs as Outputs
    this.left -= steps
    this.carry = carry
    this.parts.push(out)
    this.milliseconds += milliseconds
    if (this.left === 0) this.settle.resolve({ carry, out: this.kept(), milliseconds: this.milliseconds })
  }

  fail(error: unknown): void {
    this.settle.reject(error)
  }

  private kept(): Tensors {
    const [first, ...others] = this.parts.map((part) => entriesOf(part, isHostTensor))
    if (!first) throw new RangeError('no step was taken')
    return grow(
      first.map((e, i) => ({
        ...e,
        leaf: concatenated([e.leaf, ...others.map((part) => (part[i] as (typeof first)[0]).leaf)]),
      })),
      this.parts[0],
    )
  }
}

/** Steps that series are for; 1 where they disagree, which whoever runs them refuses. */
function lengthOf(each: unknown): number {
  const lengths = new Set(leavesOf(each).map(({ leaf }) => (isHostTensor(leaf) ? (leaf.shape[0] ?? 0) : 0)))
  const [steps = 0] = lengths
  return lengths.size === 1 && steps > 0 ? steps : 1
}
