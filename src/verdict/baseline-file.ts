import * as v from 'valibot'
import { metricNames } from '../plugin/index.ts'
import { Problem } from '../values/problem.ts'
import type { Baseline } from './types.ts'

const CURRENT = 'prune-bench/baseline@1'

const finite = v.pipe(v.number(), v.finite('must be finite'))
const whole = v.pipe(v.number(), v.integer('must be a whole number'), v.minValue(0, 'must not be negative'))
const point = { criterion: v.string(), sparsity: finite, k: whole, control: v.boolean() }
const figures = <S extends v.GenericSchema>(figure: S) => v.record(v.picklist(metricNames), figure)

const record = v.strictObject({
  profile: v.string(),
  data: v.strictObject({ name: v.string(), digest: v.string(), train: whole, test: whole }),
  engine: v.strictObject({ runtime: v.string(), version: v.string(), device: v.string(), threads: whole }),
  machine: v.nullable(v.string()),
  version: v.string(),
  groups: v.array(
    v.strictObject({
      ...point,
      figures: figures(v.strictObject({ n: whole, mean: finite, sd: v.nullable(finite) })),
    }),
  ),
  cells: v.array(
    v.strictObject({
      id: v.string(),
      ...point,
      seed: whole,
      status: v.picklist(['ok', 'collapsed', 'failed', 'cancelled']),
      work: v.string(),
      figures: figures(finite),
    }),
  ),
})

/** What a baseline file must look like. */
const baselineSchema = v.strictObject({
  schema: v.literal(CURRENT),
  suite: v.string(),
  records: v.array(record),
})

/** Reads the text of a baseline file. Throws a `Problem` where it is of another version, or damaged. */
export function parseBaseline(text: string, file: string): Baseline {
  const content = parseJson(text, file)
  const schema: unknown =
    typeof content === 'object' && content !== null && 'schema' in content ? content.schema : undefined
  if (schema !== CURRENT) {
    const found = schema === undefined ? 'names no schema' : `has the schema ${JSON.stringify(schema)}`
    throw new Problem('usage', `${file} ${found}; this version of prune-bench reads "${CURRENT}"`, {
      hint: 'Use the version of prune-bench that wrote it, or remove it and accept the results anew: prune-bench baseline accept <suite>.',
      place: { file },
    })
  }
  const result = v.safeParse(baselineSchema, content)
  if (result.success) return result.output
  const issue = result.issues[0]
  throw new Problem('usage', `${file} is damaged: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`, {
    hint: 'Restore the file as it was committed, or remove it and accept the results anew: prune-bench baseline accept <suite>.',
    place: { file },
  })
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Problem('usage', `${file} is not JSON: ${(cause as Error).message}`, {
      hint: 'Were conflicts of a merge left in it? Restore the file as it was committed.',
      place: { file },
      cause,
    })
  }
}

/** The text of a baseline file: one group and one cell per line, so that differences are easy to read. */
export function serializeBaseline(baseline: Baseline): string {
  // Parsing also puts properties into the schema's order, wherever the objects came from.
  const { schema, suite, records } = v.parse(baselineSchema, baseline)
  const list = (items: readonly unknown[], indent: string) =>
    items.length === 0
      ? '[]'
      : `[\n${items.map((item) => `${indent}  ${JSON.stringify(item)}`).join(',\n')}\n${indent}]`
  const texts = records.map(({ groups, cells, ...head }) =>
    [
      '    {',
      ...Object.entries(head).map(([name, value]) => `      "${name}": ${JSON.stringify(value)},`),
      `      "groups": ${list(groups, '      ')},`,
      `      "cells": ${list(cells, '      ')}`,
      '    }',
    ].join('\n'),
  )
  return [
    '{',
    `  "schema": ${JSON.stringify(schema)},`,
    `  "suite": ${JSON.stringify(suite)},`,
    `  "records": [\n${texts.join(',\n')}\n  ]`,
    '}',
    '',
  ].join('\n')
}
