import { expect, test } from 'vitest'
import { cells } from '../plugin/index.ts'
import { sampleResults } from '../report/sample-results.ts'
import { baselineRecord } from './baseline.ts'
import { compareWithBaseline } from './compare.ts'
import { serializeVerdict } from './serialize-verdict.ts'
import type { Comparison } from './types.ts'
import { verdictOn } from './verdict.ts'

const results = sampleResults()
const evidence = { results, similarityOf: () => null }
const assertions = [cells().achieveSparsity(), cells({ criterion: 'snip' }).exceed(99)]
const comparison = compareWithBaseline(results, baselineRecord(results, 'here'), {
  machine: 'here',
  planned: null,
})

test.each<[string, typeof assertions, Comparison | null]>([
  ['assertions and a baseline', assertions, comparison],
  ['assertions without a baseline', assertions, null],
  ['a baseline without assertions', [], comparison],
  ['nothing to judge', [], null],
])('%s come back as they were', (_, asserted, baseline) => {
  const verdict = verdictOn(asserted, evidence, baseline)
  expect(JSON.parse(serializeVerdict(verdict))).toEqual(verdict)
})

test('each assertion and each change has a line of its own', () => {
  const verdict = verdictOn(assertions, evidence, comparison)
  const lines = serializeVerdict(verdict).split('\n')
  const own = (indent: string, items: readonly unknown[]) =>
    items.map((item, i) => `${indent}${JSON.stringify(item)}${i < items.length - 1 ? ',' : ''}`)
  expect(lines.slice(0, 2)).toEqual(['{', '  "schema": "prune-bench/verdict@2",'])
  const first = lines.indexOf('  "assertions": [')
  expect(lines.slice(first + 1, first + 4)).toEqual([...own('    ', verdict.assertions), '  ],'])
  const changes = lines.indexOf('    "changes": [')
  const { length } = comparison.changes
  expect(length).toBeGreaterThan(20)
  expect(lines.slice(changes + 1, changes + 2 + length)).toEqual([
    ...own('      ', comparison.changes),
    '    ],',
  ])
  expect(lines).toContain('    "regressions": [],')
  expect(lines.slice(-3)).toEqual(['  }', '}', ''])
})
