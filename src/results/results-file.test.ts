import * as v from 'valibot'
import { format } from 'prettier'
import { expect, test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { buildResults } from './build.ts'
import { collectCells } from './collect.ts'
import { jsonSchema } from './json-schema.ts'
import { parseResults } from './parse.ts'
import { identity } from './sample-identity.ts'
import { samplePlan } from './sample-plan.ts'
import { resultsSchema } from './schema.ts'
import { serializeResults } from './serialize.ts'
import { withoutTimes } from './times.ts'
import type { Results, RunIdentity } from './types.ts'

function sample(slower = 1): Results {
  const { plan, facts, seconds, key } = samplePlan()
  const failed = key('train snip 0.9 k=0 seed 2')
  facts.delete(failed)
  const failure = {
    kind: 'crash',
    message: 'it died',
    signal: 'SIGSEGV',
    exitCode: 1,
    stderr: ['a'],
  } as const
  const records = collectCells({
    plan,
    facts: (unit) => facts.get(unit),
    seconds: (unit) => slower * (seconds.get(unit) ?? 0),
    failures: new Map([[failed, { status: 'failed', failure }]]),
  })
  return buildResults(identity, records)
}

test('what is written can be read again', () => {
  const results = sample()
  const text = serializeResults(results)
  expect(parseResults(text)).toEqual(results)
  expect(serializeResults(parseResults(text))).toBe(text)
})

test('one cell per line', () => {
  const results = sample()
  const lines = serializeResults(results).split('\n')
  for (const { id } of results.cells) {
    expect(lines.filter((line) => line.includes(`"id":${JSON.stringify(id)}`))).toHaveLength(1)
  }
  expect(lines.length).toBeLessThan(
    results.cells.length + results.groups.length + results.critical.length + 32,
  )
})

test('the text does not depend on the order of properties', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, inner]) => [name, reversed(inner)]),
    )
  }
  const { cells, ...rest } = sample()
  // Keys of units by role are a record: their order is the plan's.
  const turned = cells.map((cell) => ({ ...(reversed(cell) as typeof cell), units: cell.units }))
  expect(serializeResults({ ...(reversed(rest) as typeof rest), cells: turned })).toBe(
    serializeResults(sample()),
  )
})

test('runs that differ in their times differ in nothing else', () => {
  expect(serializeResults(sample(3))).not.toBe(serializeResults(sample()))
  expect(serializeResults(withoutTimes(sample(3)))).toBe(serializeResults(withoutTimes(sample())))
  expect(() => parseResults(serializeResults(withoutTimes(sample())))).not.toThrow()
})

test('numbers that JSON cannot say are not written', () => {
  const results = sample()
  const [first, ...others] = results.cells
  if (first === undefined) throw new Error('no cells')
  const broken = {
    ...results,
    cells: [{ ...first, orthogonality: { thesis: NaN, lee: 1, layers: [] } }, ...others],
  }
  expect(() => serializeResults(broken)).toThrow(v.ValiError)
})

function problemOf(text: string): Problem {
  try {
    parseResults(text, 'old.json')
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

test('other files are refused with a reason', () => {
  const text = serializeResults(sample())
  expect(problemOf('{').message).toMatch(/^old\.json is not JSON/)
  expect(problemOf('null').message).toContain('names no schema')
  expect(problemOf('[]').message).toContain('names no schema')
  const next = problemOf(text.replace('results@4', 'results@5'))
  expect(next.message).toContain('has the schema "prune-bench/results@5"')
  expect(next.kind).toBe('usage')
  expect(problemOf(text.replace('"status":"ok"', '"status":"fine"')).message).toContain('cells.0.status')
  expect(problemOf(text.replace('"status":"ok"', '"status":"ok","more":1')).message).toContain('cells.0.more')
  expect(problemOf(text.replace(/"profile": .*\n/, '')).message).toContain('identity.profile')
})

test('the documented schema is the one that is enforced', async () => {
  const schema = jsonSchema(resultsSchema, 'results.json of prune-bench, version 3')
  // Formatted as `npm run check` wants every file.
  const text = await format(JSON.stringify(schema), { parser: 'json', printWidth: 110 })
  await expect(text).toMatchFileSnapshot('results.schema.json')
})

test('what a label stands for can be read, one criterion per line', () => {
  const text = serializeResults(sample())
  const line = text.split('\n').find((candidate) => candidate.includes('"label":"annealing"')) ?? ''
  expect(JSON.parse(line.trim())).toEqual(identity.criteria[1])
  const read = parseResults(text).identity
  expect(read).toEqual(identity)
  const none = serializeResults({ ...sample(), identity: { ...identity, criteria: [], filter: 'snip 0.9' } })
  expect(parseResults(none).identity).toMatchObject({ criteria: [], filter: 'snip 0.9', plannedCells: 10 })
})

test('options that JSON or the schema cannot say are refused', () => {
  const [snip] = identity.criteria
  if (snip === undefined) throw new Error('no criteria')
  const withOptions = (options: object) => ({
    ...sample(),
    identity: { ...identity, criteria: [{ ...snip, options }] } as RunIdentity,
  })
  expect(() => serializeResults(withOptions({ temperature: 0.5, rule: 'cosine', warm: true }))).not.toThrow()
  expect(() => serializeResults(withOptions({ temperature: Infinity }))).toThrow(v.ValiError)
  expect(() => serializeResults(withOptions({ steps: [1, 2] }))).toThrow(v.ValiError)
})
