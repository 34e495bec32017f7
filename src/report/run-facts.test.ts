import { expect, test } from 'vitest'
import { runFacts } from './run-facts.ts'
import { sampleResults } from './sample-results.ts'

test('what no layer tells the cost of is named', () => {
  const results = sampleResults()
  const costsOf = (changes: { readonly macs?: null; readonly untold?: readonly string[] }) => {
    const cells = results.cells.map((cell) => ({ ...cell, cost: cell.cost && { ...cell.cost, ...changes } }))
    return runFacts({ ...results, cells }).find(({ label }) => label === 'costs')?.text
  }
  expect(costsOf({})).toBeUndefined()
  expect(costsOf({ macs: null, untold: ['dw/weight'] })).toBe(
    'MACs are incomplete and not shown: no layer tells what applying dw/weight costs (wiring.operation)',
  )
  expect(costsOf({ untold: ['slope/slope'] })).toMatch(/^operations are incomplete: .*slope\/slope/)
})
