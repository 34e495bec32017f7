import * as v from 'valibot'
import { Problem } from '../values/problem.ts'

/** A file of JSON whose property `schema` names its version. */
export interface VersionedFile<T> {
  readonly file: string
  /** The one version that is read. */
  readonly version: string
  readonly schema: v.GenericSchema<unknown, T>
  /** What to do about a text that is not JSON, is of another version, or is not what the schema says. */
  readonly hints: { readonly notJson: string; readonly otherVersion: string; readonly damaged: string }
}

/** Reads the text of such a file. Throws a `Problem` of kind `usage` that names the file, and the property that is wrong. */
export function parseVersioned<T>(text: string, { file, version, schema, hints }: VersionedFile<T>): T {
  const wrong = (what: string, hint: string, cause?: unknown) =>
    new Problem('usage', `${file} ${what}`, {
      hint,
      place: { file },
      ...(cause === undefined ? {} : { cause }),
    })
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw wrong(`is not JSON: ${(cause as Error).message}`, hints.notJson, cause)
  }
  const named: unknown =
    typeof content === 'object' && content !== null && 'schema' in content ? content.schema : undefined
  if (named !== version) {
    const found = named === undefined ? 'names no schema' : `has the schema ${JSON.stringify(named)}`
    throw wrong(`${found}; this version of prune-bench reads "${version}"`, hints.otherVersion)
  }
  const result = v.safeParse(schema, content)
  if (result.success) return result.output
  const issue = result.issues[0]
  throw wrong(`is damaged: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`, hints.damaged)
}
