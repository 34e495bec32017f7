import type { Block } from './runtimes.ts'
import { timeCalls } from './time-calls.ts'

/** So many calls of so many evaluations at the same time: milliseconds for one evaluation. */
export function evaluationBlock(evaluate: () => Promise<unknown>, cells: number, calls: number): Block {
  const all = () => Promise.all(Array.from({ length: cells }, evaluate))
  return async () => ({ value: (await timeCalls(all, calls)) / cells, units: calls * cells })
}
