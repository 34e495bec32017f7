import { Problem, type ProblemDetails } from '../values/problem.ts'

/** A device is gone, and with it all that this process had there: only another process can go on. */
export class DeviceLost extends Problem {
  constructor(message: string, details?: ProblemDetails) {
    super('infrastructure', message, details)
  }
}
