import * as v from 'valibot'
import { resultsSchema } from './schema.ts'
import type { CriterionReport, Results } from './types.ts'

/**
 * The text of `results.json`: the same for equal results, one cell, group and criterion per line so that
 * differences are easy to read. Throws a `ValiError` where the results are not what the schema says, as with numbers that are not finite.
 */
export function serializeResults(results: Results): string {
  // Parsing also puts properties into the schema's order, wherever the objects came from.
  const { schema, identity, groups, critical, cells } = v.parse(resultsSchema, results)
  return [
    '{',
    `  "schema": ${line(schema)},`,
    `  "identity": {`,
    list(
      Object.entries(identity).map(([name, value]) =>
        name === 'criteria'
          ? `"criteria": [\n${list(identity.criteria.map((criterion) => `  ${line(inOrder(criterion))}`))}\n    ]`
          : `${line(name)}: ${line(value)}`,
      ),
    ),
    '  },',
    '  "groups": [',
    list(groups.map(line)),
    '  ],',
    '  "critical": [',
    list(critical.map(line)),
    '  ],',
    '  "cells": [',
    list(cells.map(line)),
    '  ]',
    '}',
    '',
  ].join('\n')
}

/** Options are a record, which the schema puts into no order. */
function inOrder({ options, ...rest }: CriterionReport): CriterionReport {
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...rest, options: Object.fromEntries(sorted) }
}

function list(items: readonly string[]): string {
  return items.map((item) => `    ${item}`).join(',\n')
}

function line(value: unknown): string {
  return JSON.stringify(value)
}
