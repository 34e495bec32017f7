import * as v from 'valibot'
import { Problem } from '../values/problem.ts'
import { resultsSchema } from './schema.ts'
import type { Results } from './types.ts'

const CURRENT = 'prune-bench/results@3'

/**
 * Reads the text of a `results.json`. Throws a `Problem` of kind `usage` naming `file`, and the property that is wrong,
 * where the text is not JSON, is of another version of the schema, or is not what the schema says.
 */
export function parseResults(text: string, file = 'results.json'): Results {
  const content = parseJson(text, file)
  const schema: unknown =
    typeof content === 'object' && content !== null && 'schema' in content ? content.schema : undefined
  if (schema !== CURRENT) {
    const found = schema === undefined ? 'names no schema' : `has the schema ${JSON.stringify(schema)}`
    throw new Problem('usage', `${file} ${found}; this version of prune-bench reads "${CURRENT}"`, {
      hint: 'Run the suite again with this version (what is in the store is not computed anew), or read the file with the version that wrote it.',
      place: { file },
    })
  }
  const result = v.safeParse(resultsSchema, content)
  if (result.success) return result.output
  const issue = result.issues[0]
  throw new Problem('usage', `${file} is damaged: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`, {
    hint: 'Run the suite again: the file is written anew from the store.',
    place: { file },
  })
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Problem('usage', `${file} is not JSON: ${(cause as Error).message}`, {
      hint: 'Run the suite again: the file is written anew from the store.',
      place: { file },
      cause,
    })
  }
}
