import type { Json } from './json.ts'

/**
 * The one text of a JSON value: object names sorted, no white space, numbers as JavaScript prints them.
 * Two equal values have equal texts, so that digests of settings can be keys.
 * Throws a RangeError for what JSON cannot say: NaN, infinities, undefined, functions.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} has no JSON form`)
    return JSON.stringify(value)
  }
  if (value === null || typeof value !== 'object') {
    // Plugins written past the type checker can hand over anything.
    const text = JSON.stringify(value) as string | undefined
    if (text === undefined) throw new RangeError(`${typeof value} has no JSON form`)
    return text
  }
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  return `{${Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] as Json)}`)
    .join(',')}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
