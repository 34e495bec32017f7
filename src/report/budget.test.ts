import { expect, test } from 'vitest'
import type { CriterionReport, Results } from '../results/index.ts'
import { budget } from './budget.ts'
import { sampleResults, thesisRows, type SampleRow } from './sample-results.ts'

function only(criteria: readonly string[], at: readonly number[] = [0]): Results {
  const rows = thesisRows.filter(({ criterion }) => criteria.includes(criterion))
  return sampleResults(
    rows.flatMap((row): SampleRow[] => (row.control ? [row] : at.map((k) => ({ ...row, k })))),
  )
}

test('the budget is equal where nothing but the common training was spent', () => {
  expect(budget(only(['unpruned', 'snip', 'random']))).toBe(
    'equal: every network, the unpruned one too, is trained for 5 epochs.',
  )
  expect(budget(only(['random']))).toBe('equal: every network is trained for 5 epochs.')
})

test('masks made from trained weights are charged with the training of the unpruned network', () => {
  const text = budget(only(['unpruned', 'snip', 'mag-sign', 'magnitude-trained']))
  expect(text).toBe(
    'equal once masks are chosen: every network, the unpruned one too, is trained for 5 epochs. ' +
      "mag-sign and magnitude-trained masks also used the unpruned network's whole training of 5 epochs.",
  )
})

test('only criteria that are reported are charged, under the labels of the suite', () => {
  const results = only(['unpruned', 'magnitude-trained'])
  const rename = (name: string) => (name === 'magnitude-trained' ? 'lth' : name)
  const renamed: Results = {
    ...results,
    identity: {
      ...results.identity,
      criteria: results.identity.criteria.map((c): CriterionReport => ({ ...c, label: rename(c.label) })),
    },
    cells: results.cells.map((c) => ({ ...c, point: { ...c.point, criterion: rename(c.point.criterion) } })),
  }
  expect(budget(renamed)).toContain("lth masks also used the unpruned network's whole training of 5 epochs.")
  expect(budget(renamed)).not.toContain('mag-sign')
})

test('masks chosen after k iterations are charged with them, but for those that read nothing of the weights then', () => {
  const names = ['unpruned', 'simulated-annealing', 'snip', 'mag-sign', 'random']
  expect(budget(only(names, [0, 75]))).toBe(
    'equal once masks are chosen: every network, the unpruned one too, is trained for 5 epochs. ' +
      "mag-sign masks also used the unpruned network's whole training of 5 epochs. " +
      "simulated-annealing and snip masks at k = 75 also used 75 iterations of the unpruned network's training. " +
      'simulated-annealing also evaluated 2,000 masks per cell on 2,000 training images.',
  )
  expect(budget(only(['snip'], [0, 1500, 75]))).toContain(
    "snip masks at k = 75 and 1,500 also used as many iterations of the unpruned network's training.",
  )
  expect(budget(only(['random'], [75]))).toMatch(/^equal: /)
})
