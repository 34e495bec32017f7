import type { Results } from '../results/index.ts'
import type { ProblemKind } from '../values/problem.ts'
import type { Verdict } from '../verdict/index.ts'

/** 0 ok; 1 failed cell, assertion or regression; 2 usage or configuration; 3 nothing matched; 4 infrastructure; 5 stopped by --stop-after; 130 Ctrl-C; 143 SIGTERM. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  'nothing-matched': 3,
  infrastructure: 4,
  data: 4,
  cell: 1,
  device: 4,
  stopped: 5,
  interrupted: 130,
  terminated: 143,
} as const satisfies Readonly<
  Record<ProblemKind | 'ok' | 'failed' | 'stopped' | 'interrupted' | 'terminated', number>
>

/** How a command ends that a signal ended. */
export const exitCodeOfSignal = {
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const

/**
 * The exit code of a run that no signal ended: whether all its cells are done, and its results what they should be. What is
 * merely left over, as the run was stopped, is no failure.
 */
export function exitCodeOfRun({ cells }: Results, { outcome }: Verdict, stopped = false): number {
  const some = (wanted: Results['cells'][number]['status']) => cells.some(({ status }) => status === wanted)
  if (outcome === 'fail' || some('failed')) return exitCodes.failed
  if (!some('cancelled')) return exitCodes.ok
  return stopped ? exitCodes.stopped : exitCodes.failed
}
