import { expect, test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { describeProblem } from './describe-problem.ts'

const file = [
  "import { defineSuite } from 'prune-bench'",
  '',
  'export default defineSuite({',
  "\tmodel: 'decons-net',",
  "\tcriteria: ['magnitud', 'snip'],",
  '\tsparsities: [0.9],',
  '})',
  '',
].join('\n')
const place = { file: 'suites/mine.suite.ts', line: 5, column: 12 }
const problem = new Problem('usage', 'there is no criterion magnitud', {
  hint: 'did you mean magnitude?',
  place,
})

test('what, where, value and next step', () => {
  expect(`\n${describeProblem(problem, { colour: false, readFile: () => file })}\n`).toMatchInlineSnapshot(`
    "
    error: there is no criterion magnitud
      at suites/mine.suite.ts:5:13
      2 │
      3 │ export default defineSuite({
      4 │   model: 'decons-net',
    > 5 │   criteria: ['magnitud', 'snip'],
        │              ^
      6 │   sparsities: [0.9],
      7 │ })
    → did you mean magnitude?
    "
  `)
})

test('in colour the words are the same', () => {
  const coloured = describeProblem(problem, { colour: true, readFile: () => file })
  expect(coloured).toContain('\u001b[31m')
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(
    describeProblem(problem, { colour: false, readFile: () => file }),
  )
})

test('the first and the last line of a file have what context there is', () => {
  const at = (line: number) =>
    describeProblem(
      { message: 'm', hint: undefined, place: { file: 'f', line } },
      { colour: false, readFile: () => 'one\ntwo\n' },
    )
  expect(at(1)).toBe('error: m\n  at f:1\n> 1 │ one\n  2 │ two')
  expect(at(2)).toBe('error: m\n  at f:2\n  1 │ one\n> 2 │ two')
})

test('a file that cannot be read, or has no such line, leaves the place', () => {
  const gone = () => {
    throw new Error('ENOENT')
  }
  const expected =
    'error: there is no criterion magnitud\n  at suites/mine.suite.ts:5:13\n→ did you mean magnitude?'
  expect(describeProblem(problem, { colour: false, readFile: gone })).toBe(expected)
  expect(describeProblem(problem, { colour: false, readFile: () => 'short' })).toBe(expected)
  expect(describeProblem(problem, { colour: false })).toBe(expected)
})

test('no place and no hint', () => {
  expect(describeProblem(new Problem('data', 'no data'), { colour: false })).toBe('error: no data')
})
