/** How long one call of the engine should take: short enough for progress and to stop at, long beside the call's own cost. */
const RUN_MS = 500

/** Steps after which the call's own cost no longer shows. */
const MOST_STEPS = 256

/**
 * How many steps to take in one call of the engine, judged by the time that the last ones took. Changes no result. They
 * are powers of two, so that networks trained beside one another ask for equally many.
 */
export class Pace {
  /** One at first: nothing is known of a step's time, and it may be a second. */
  steps = 1

  /** Tells it that so many steps took so long. */
  ran(steps: number, milliseconds: number): void {
    const fitting = Math.floor((RUN_MS * steps) / Math.max(milliseconds, 1e-3))
    this.steps = Math.min(2 ** Math.floor(Math.log2(Math.max(fitting, 1))), MOST_STEPS)
  }
}
