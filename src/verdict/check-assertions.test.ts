import { expect, test } from 'vitest'
import { cells, type Assertion } from '../plugin/index.ts'
import { Problem } from '../values/problem.ts'
import { checkAssertions } from './check-assertions.ts'

const known = { criterion: ['snip', 'random'], sparsity: [0.5, 0.9], k: [0, 3], merit: 'last' } as const

function problemOf(...assertions: readonly Assertion[]): Problem | undefined {
  try {
    checkAssertions(assertions, known)
    return undefined
  } catch (error) {
    return error instanceof Problem ? error : expect.fail(String(error))
  }
}

test.each<[string, Assertion]>([
  ['any cells', cells().achieveSparsity()],
  [
    'known ones',
    cells({ criterion: ['snip', 'random'], sparsity: 0.9, k: 3 }).exceed({ criterion: 'random', k: 0 }),
  ],
  ['ranges, whatever their ends', cells({ sparsity: { from: 0.1 }, k: { to: 100 } }).reach(50)],
  ['any seed', cells({ seed: 77 }).reach({ seed: 78 })],
  ['a trend', cells({ criterion: 'snip' }).grow({ along: 'k', metric: 'last' })],
])('an assertion about %s is fine', (_, assertion) => {
  expect(problemOf(assertion)).toBeUndefined()
})

test.each<[string, Assertion, string, string]>([
  [
    'a slip',
    cells({ criterion: 'snipp' }).reach(50),
    'criterion "snipp"',
    'did you mean snip? known: snip, random',
  ],
  ['something else', cells({ criterion: 'grasp' }).reach(50), 'criterion "grasp"', 'known: snip, random'],
  [
    'one of several',
    cells({ criterion: ['snip', 'rando'] }).reach(50),
    'criterion "rando"',
    'did you mean random? known: snip, random',
  ],
  ['a sparsity', cells({ sparsity: 0.8 }).reach(50), 'sparsity 0.8', 'known: 0.5, 0.9'],
  // The text is among the known ones, the value is not.
  [
    'a text for a number',
    cells({ sparsity: '0.5' as unknown as number }).reach(50),
    'sparsity "0.5"',
    'known: 0.5, 0.9',
  ],
  ['a k', cells({ k: 1 }).notCollapse(), 'k 1', 'known: 0, 3'],
  [
    'the unpruned network by its name',
    cells({ criterion: 'unpruned' }).reach(50),
    'criterion "unpruned"',
    'write cells({ control: true }) for the unpruned network',
  ],
  [
    'what it is held against',
    cells().exceed({ criterion: 'grasp' }),
    'criterion "grasp"',
    'known: snip, random',
  ],
])('%s that no cell has is refused', (_, assertion, what, hint) => {
  const problem = problemOf(cells().notCollapse(), assertion) ?? expect.fail()
  expect(problem.kind).toBe('usage')
  expect(problem.message).toContain(`an assertion is about ${what}, which no cell of the suite has: `)
  expect(problem.hint).toBe(hint)
  expect(problem.place).toEqual(assertion.place)
  expect(problem.place?.file).toMatch(/check-assertions\.test\.ts$/)
})

test('one of which nobody knows the place has none', () => {
  const problem = problemOf({ ...cells({ k: 1 }).reach(50), place: null })
  expect(problem?.place).toBeUndefined()
  expect(problem?.message).toMatch(/: every criterion at k=1 reaches 50 % \(trained accuracy\)$/)
})
