import { expect, test } from 'vitest'
import type { CellRecord, Results } from '../results/index.ts'
import { resultsColumns } from './results-columns.ts'
import { sampleResults } from './sample-results.ts'

const nothing = (cell: CellRecord): CellRecord => ({ ...cell, status: 'cancelled' })
const empty = sampleResults(undefined, [1], nothing)

function absent({ groups, identity }: Results, training: Partial<Results['identity']['training']> = {}) {
  const columns = resultsColumns(groups, { ...identity, training: { ...identity.training, ...training } })
  return Object.fromEntries(columns.absent.map(({ name, why }) => [name, why]))
}

test('columns are absent for a reason of the suite, or because no cell has them yet', () => {
  expect(absent(empty)).toMatchObject({
    'search-set accuracy': 'no cell has one yet',
    'validation-selected accuracy': 'no cell has one yet',
    'best on test': 'no cell has one yet',
    'orthogonality score': 'no cell has one yet',
  })
  expect(absent(empty, { validation: 0, testEveryEpoch: false })).toMatchObject({
    'validation-selected accuracy': 'no validation images are held out',
    'best on test': 'the test set is not read after every epoch',
  })
})

test('that no search was run is said only where none is reported', () => {
  const cells = (criteria: readonly string[]): Results => ({
    ...empty,
    groups: empty.groups.filter(({ criterion }) => criteria.includes(criterion)),
  })
  expect(absent(cells(['snip', 'random']))['search-set accuracy']).toBe('no search was run')
  expect(absent(cells(['snip', 'simulated-annealing']))['search-set accuracy']).toBe('no cell has one yet')
})

test('what cells have is shown', () => {
  expect(absent(sampleResults())).toEqual({
    'accuracy at k': 'k is 0 for every cell, so that it equals the rewind accuracy',
  })
})
