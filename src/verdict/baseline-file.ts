import * as v from 'valibot'
import { metricNames } from '../plugin/index.ts'
import { parseVersioned } from '../results/index.ts'
import type { Baseline } from './types.ts'

const CURRENT = 'prune-bench/baseline@1'

const finite = v.pipe(v.number(), v.finite('must be finite'))
const whole = v.pipe(v.number(), v.integer('must be a whole number'), v.minValue(0, 'must not be negative'))
const point = { criterion: v.string(), sparsity: finite, k: whole, control: v.boolean() }
const figures = <S extends v.GenericSchema>(figure: S) => v.record(v.picklist(metricNames), figure)

const record = v.strictObject({
  profile: v.string(),
  data: v.strictObject({
    name: v.string(),
    digest: v.string(),
    train: whole,
    test: whole,
    split: v.exactOptional(v.literal('stratified')),
  }),
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
      searchSeed: v.exactOptional(whole),
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
  return parseVersioned(text, {
    file,
    version: CURRENT,
    schema: baselineSchema,
    hints: {
      notJson: 'Were conflicts of a merge left in it? Restore the file as it was committed.',
      otherVersion:
        'Use the version of prune-bench that wrote it, or remove it and accept the results anew: prune-bench baseline accept <suite>.',
      damaged:
        'Restore the file as it was committed, or remove it and accept the results anew: prune-bench baseline accept <suite>.',
    },
  })
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
