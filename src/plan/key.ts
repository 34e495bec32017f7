import { canonicalJson } from '../values/canonical-json.ts'
import { digest } from '../values/digest.ts'
import type { Json } from '../values/json.ts'
import type { KeyDocument, Unit, UnitKind, UnitNotes } from './types.ts'

/**
 * Version of what each kind of unit computes. Raise a number when the program computes something else from the
 * same settings; leave it when a new setting's default changes nothing.
 */
export const unitSchemas: Readonly<Record<UnitKind, number>> = {
  init: 1,
  pretrain: 2,
  signals: 1,
  scores: 1,
  mask: 2,
  search: 5,
  train: 3,
  prune: 3,
  repair: 2,
  evaluate: 2,
  analyse: 6,
  jacobian: 2,
  benchmark: 3,
}

/** A unit from everything that can change its result; its key is the digest of that document. */
export function unitOf<K extends UnitKind>(
  kind: K,
  parts: Omit<KeyDocument<K>, 'schema' | 'kind'>,
  notes: UnitNotes,
): Unit<K> {
  const document: KeyDocument<K> = { schema: unitSchemas[kind], kind, ...parts }
  // A KeyDocument is JSON by construction; TypeScript cannot see it through the generic settings.
  const key = digest(canonicalJson(document as unknown as Json))
  return { key, kind, document, ...notes }
}
