import { expect, test } from 'vitest'
import { Problem } from './problem.ts'

test('a problem has its cause where there is one, and else none', () => {
  const cause = new Error('why')
  expect(new Problem('data', 'what', { cause, hint: 'next' })).toMatchObject({
    kind: 'data',
    hint: 'next',
    cause,
  })
  expect('cause' in new Problem('data', 'what')).toBe(false)
})
