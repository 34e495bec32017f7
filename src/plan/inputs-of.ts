import type { Digest } from '../values/digest.ts'
import type { Unit } from './types.ts'

/** Keys of the units it reads or goes on from, each once. */
export function inputsOf({ document, resumes }: Unit): readonly Digest[] {
  return [...new Set([...Object.values(document.inputs), ...(resumes === undefined ? [] : [resumes])])]
}
