import { checkInWords } from '../report/index.ts'
import type { AssertionResult } from '../verdict/index.ts'

const verbs = {
  pass: ': it does',
  fail: ': it does not',
  unsure: ': too little was measured to tell',
  skipped: ': nothing to judge it by',
} as const

/** What became of an assertion, for the message of a test: what was measured, and by how much that is too little. */
export function assertionLines({ title, outcome, reason, checks }: AssertionResult): readonly string[] {
  const found = checks.filter((check) => check.outcome === outcome).map(checkInWords)
  return [`${title}${verbs[outcome]}`, ...(reason === null ? [] : [reason]), ...found]
}
