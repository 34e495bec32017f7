import { Problem } from '../../values/problem.ts'

/** Refuses arguments that do not fit each other; on other backends the kernels check this themselves. */
export function check(fits: boolean, otherwise: string): asserts fits {
  if (!fits) throw new Problem('usage', otherwise, { hint: 'Check the shapes.' })
}
