import type { Engine } from '../runtime/index.ts'

/**
 * How long one call of the engine should take, short enough for progress and to stop at, and how many steps it has at
 * most. From a GPU all that is trained comes back after each call: fewer of them are worth waiting for.
 */
const CALL: Readonly<Record<Engine['device'], { readonly milliseconds: number; readonly steps: number }>> = {
  cpu: { milliseconds: 500, steps: 256 },
  gpu: { milliseconds: 2000, steps: 1024 },
}

/**
 * How many steps to take in one call of the engine, judged by the time that the last ones took. Changes no result. They
 * are powers of two, so that networks trained beside one another ask for equally many.
 */
export class Pace {
  /** One at first: nothing is known of a step's time, and it may be a second. */
  steps = 1
  private readonly device: Engine['device']

  constructor({ device }: Pick<Engine, 'device'>) {
    this.device = device
  }

  /** Tells it that so many steps took so long. */
  ran(steps: number, milliseconds: number): void {
    const call = CALL[this.device]
    const fitting = Math.floor((call.milliseconds * steps) / Math.max(milliseconds, 1e-3))
    this.steps = Math.min(2 ** Math.floor(Math.log2(Math.max(fitting, 1))), call.steps)
  }
}
