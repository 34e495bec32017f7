import { parseVersioned } from './parse-versioned.ts'
import { resultsSchema } from './schema.ts'
import type { Results } from './types.ts'

const AGAIN = 'Run the suite again: the file is written anew from the store.'

/**
 * Reads the text of a `results.json`. Throws a `Problem` of kind `usage` naming `file`, and the property that is wrong,
 * where the text is not JSON, is of another version of the schema, or is not what the schema says.
 */
export function parseResults(text: string, file = 'results.json'): Results {
  return parseVersioned(text, {
    file,
    version: 'prune-bench/results@4',
    schema: resultsSchema,
    hints: {
      notJson: AGAIN,
      otherVersion:
        'Run the suite again with this version (what is in the store is not computed anew), or read the file with the version that wrote it.',
      damaged: AGAIN,
    },
  })
}
