import { canonicalJson } from '../values/canonical-json.ts'
import type { Json, JsonObject } from '../values/json.ts'

/** One thing in which two key documents differ; `path` is dotted: `settings.training.epochs`. */
export interface Difference {
  readonly path: string
  readonly before: Json | undefined
  readonly after: Json | undefined
}

/** All leaves in which two documents differ. */
export function differences(
  before: Json | undefined,
  after: Json | undefined,
  path = '',
): readonly Difference[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return names.flatMap((name) =>
      differences(before[name], after[name], path === '' ? name : `${path}.${name}`),
    )
  }
  return text(before) === text(after) ? [] : [{ path, before, after }]
}

/** The stored document of the same kind that differs least from this one: the answer to "what changed?". */
export function nearest(
  document: JsonObject,
  stored: Iterable<JsonObject>,
): readonly Difference[] | undefined {
  let best: readonly Difference[] | undefined
  for (const other of stored) {
    if (other.kind !== document.kind) continue
    const found = differences(other, document)
    if (best === undefined || found.length < best.length) best = found
  }
  return best
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: Json | undefined): string {
  return value === undefined ? '' : canonicalJson(value)
}
