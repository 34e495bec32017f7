import * as v from 'valibot'
import { resultsSchema } from './schema.ts'
import type { Results } from './types.ts'

/**
 * The text of `results.json`: the same for equal results, one cell and one group per line so that differences are easy
 * to read. Throws a `ValiError` where the results are not what the schema says, as with numbers that are not finite.
 */
export function serializeResults(results: Results): string {
  // Parsing also puts properties into the schema's order, wherever the objects came from.
  const { schema, identity, groups, cells } = v.parse(resultsSchema, results)
  return [
    '{',
    `  "schema": ${line(schema)},`,
    `  "identity": {`,
    list(Object.entries(identity).map(([name, value]) => `${line(name)}: ${line(value)}`)),
    '  },',
    '  "groups": [',
    list(groups.map(line)),
    '  ],',
    '  "cells": [',
    list(cells.map(line)),
    '  ]',
    '}',
    '',
  ].join('\n')
}

function list(items: readonly string[]): string {
  return items.map((item) => `    ${item}`).join(',\n')
}

function line(value: unknown): string {
  return JSON.stringify(value)
}
