import { expect, test } from 'vitest'
import { filterCells } from './filter-cells.ts'
import { lth, planOf, snip } from './plan.fixture.ts'

const { cells } = planOf([snip, lth], { seeds: [1, 2] })

/** Ids of the chosen cells, the unpruned ones left out, without what they have in common. */
function chosen(filter: string): readonly string[] {
  const found = filterCells(cells, filter).filter(({ point }) => !point.control)
  return found.map(({ id }) => id.replace(' k=0', '').replace('seed=', ''))
}

test('filters match all words in any order, whatever their case', () => {
  const { cells } = planOf([snip, lth])
  expect(filterCells(cells, 'SEED=2 snip').map((cell) => cell.id)).toEqual([
    'snip s=80% k=0 seed=2',
    'snip s=90% k=0 seed=2',
  ])
  expect(filterCells(cells, 'seed=').length).toBe(0)
  const many = planOf([snip], { seeds: [1, 10, 11] }).cells
  expect(filterCells(many, 'snip 90% seed=1').map((cell) => cell.id)).toEqual(['snip s=90% k=0 seed=1'])
  expect(filterCells(cells, 'nothing like it')).toEqual([])
  expect(filterCells(cells, undefined)).toEqual(cells)
})

test('words with | between them stand for either, lists of words with | between them for any list', () => {
  expect(chosen('snip|lth 90% seed=1')).toEqual(['snip s=90% 1', 'lth s=90% 1'])
  expect(chosen('snip 90% | lth seed=2 80%')).toEqual(['snip s=90% 1', 'snip s=90% 2', 'lth s=80% 2'])
  expect(chosen('80%|90% lth seed=1')).toEqual(['lth s=80% 1', 'lth s=90% 1'])
})

test('a word behind ! must not be there', () => {
  expect(chosen('!snip 90%')).toEqual(['lth s=90% 1', 'lth s=90% 2'])
  expect(chosen('!snip|lth')).toEqual([])
  expect(chosen('snip !seed=2 !80%')).toEqual(['snip s=90% 1'])
})

test('a sparsity is compared at the precision of ids', () => {
  expect(chosen('snip 80.00000000000001% seed=1')).toEqual(['snip s=80% 1'])
  expect(chosen('snip s=80.0% seed=1')).toEqual(['snip s=80% 1'])
  expect(chosen('snip 80.1%')).toEqual([])
})

test.each(['|', 'snip |', '| snip', 'snip | | lth', '!', 'snip !', 'snip| 90%', '!|snip'])(
  'the filter %j is not complete',
  (filter) => {
    expect(() => filterCells(cells, filter)).toThrow('is not complete')
  },
)

test('spaces around and between words are passed over, and only a whole word is a sparsity', () => {
  expect(chosen('  snip   90%  seed=1 ')).toEqual(['snip s=90% 1'])
  expect(chosen('snip 90%5')).toEqual([])
  expect(chosen('snip x90%')).toEqual([])
  expect(chosen('snip .9e2%')).toEqual([])
  const fine = planOf([snip], { sparsities: [0.005], seeds: [1], control: false }).cells
  expect(filterCells(fine, '.5%')).toEqual(fine)
})

test('what is not complete is told with what to write', () => {
  expect(() => filterCells(cells, 'snip |')).toThrow(
    expect.objectContaining({
      kind: 'usage',
      hint: expect.stringContaining('"snip 90% | random"') as string,
    }),
  )
})
