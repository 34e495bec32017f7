import { expect, test } from 'vitest'
import { precisionFacts } from './precision-facts.ts'
import { sampleResults } from './sample-results.ts'

const reduced = {
  precision: 'float16',
  masks: 8,
  images: 16_000,
  differently: 40,
  surplus: -6,
  deviation: 10,
  decisions: 1,
} as const

test('what fewer bits changed is added up over the cells of a search, and told in shares', () => {
  const results = sampleResults()
  expect(precisionFacts(results)).toEqual([])
  const label = results.identity.criteria.find(({ kind }) => kind === 'search')?.label ?? ''
  const criteria = results.identity.criteria.map((c) =>
    c.label === label ? { ...c, precision: 'float16' as const } : c,
  )
  const identity = { ...results.identity, criteria }
  const cells = results.cells.map((cell) =>
    cell.point.criterion === label ? { ...cell, reducedPrecision: reduced } : cell,
  )
  expect(precisionFacts({ identity, cells: results.cells })[0]?.text).toContain('was not measured')
  const count = cells.filter(({ point }) => point.criterion === label).length
  expect(count).toBeGreaterThan(1)
  expect(precisionFacts({ identity, cells })).toEqual([
    {
      label: 'precision',
      text: `${label} evaluates masks in float16: of ${count * 8} masks evaluated in float32 as well, 0.25 % of the images got another class, right answers differ by 1.25 of 2,000 (−0.75 in the mean), 12.50 % of the decisions would have been others`,
    },
  ])
})
