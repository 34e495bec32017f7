import type { Results } from '../results/index.ts'
import type { ProblemKind } from '../values/problem.ts'
import type { Verdict } from '../verdict/index.ts'

/** 0 ok; 1 failed cell, assertion or regression; 2 usage or configuration; 3 nothing matched; 4 infrastructure; 130 Ctrl-C; 143 SIGTERM. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  'nothing-matched': 3,
  infrastructure: 4,
  data: 4,
  cell: 1,
  device: 4,
  interrupted: 130,
  terminated: 143,
} as const satisfies Readonly<Record<ProblemKind | 'ok' | 'failed' | 'interrupted' | 'terminated', number>>

/** How a command ends that a signal ended. */
export const exitCodeOfSignal = {
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const

/** The exit code of a run that was not stopped: whether all its cells are done, and its results what they should be. */
export function exitCodeOfRun({ cells }: Results, { outcome }: Verdict): number {
  const done = cells.every(({ status }) => status === 'ok' || status === 'collapsed')
  return done && outcome !== 'fail' ? exitCodes.ok : exitCodes.failed
}
