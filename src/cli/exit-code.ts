import type { ProblemKind } from '../values/problem.ts'

/** 0 ok; 1 failed cell; 2 usage or configuration; 3 nothing matched; 4 infrastructure; 130 Ctrl-C; 143 SIGTERM. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  'nothing-matched': 3,
  infrastructure: 4,
  data: 4,
  cell: 1,
  interrupted: 130,
  terminated: 143,
} as const satisfies Readonly<Record<ProblemKind | 'ok' | 'failed' | 'interrupted' | 'terminated', number>>

/** How a command ends that a signal ended. */
export const exitCodeOfSignal = {
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const
