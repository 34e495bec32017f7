import { inspect } from 'node:util'
import * as v from 'valibot'
import { closest } from '../values/closest.ts'
import { Problem } from '../values/problem.ts'

export const text = v.pipe(v.string(), v.nonEmpty('must not be empty'))
export const fn = v.function('must be a function')
export const count = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be at least 1'),
)
export const natural = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(0, 'must not be negative'),
)
export const positive = v.pipe(v.number(), v.finite('must be finite'), v.gtValue(0, 'must be above 0'))

/** An object with these properties and no others; one that is misspelt is told with the name that was meant. */
export function strict<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries)
  return v.strictObject(entries, ({ expected, received }) => {
    if (expected === 'Object') return 'must be an object'
    if (expected !== 'never') return 'must be there'
    const near = closest(received.replace(/^"|"$/g, ''), known)
    const meant = near === undefined ? '' : `; did you mean ${near}?`
    return `there is no such property${meant} (known: ${known.join(', ')})`
  })
}

/** A short form, or an object for those who say more: what is wrong with the object is told, not that it is no short form. */
export function orObject<S extends v.GenericSchema, O extends v.GenericSchema>(short: S, long: O) {
  return v.lazy((input): S | O => (typeof input === 'object' && input !== null ? long : short))
}

/** Throws a `Problem` that names the property of `what` that is not as the schema asks for, its value, and the next step. */
export function check(what: string, schema: v.GenericSchema, given: unknown): void {
  const result = v.safeParse(schema, given)
  if (result.success) return
  const issue = result.issues[0]
  const path = v.getDotPath(issue)
  const last = issue.path?.at(-1)
  // Of a property that there is none of, the issue is about the name.
  const value: unknown = last?.origin === 'key' && issue.expected === 'never' ? last.value : issue.input
  throw new Problem(
    'usage',
    path === null
      ? `the ${what} is not right: ${issue.message}`
      : `the ${what}'s ${path} is ${shown(value)}: ${issue.message}`,
    { hint: `correct ${path ?? `what was given for the ${what}`}` },
  )
}

/** A value as it is written in a program, on one short line. */
function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (value === undefined) return 'missing'
  const line =
    typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 2, breakLength: Infinity })
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}
