import { expect, test } from 'vitest'
import { digest } from '../values/digest.ts'
import { changedCells } from './changed-cells.ts'
import { criterion, planOf, sa, snip } from './plan.fixture.ts'

const edited = { ...snip, plugin: { name: 'snip', digest: digest('edited') } }

test('a changed criterion concerns its cells alone, whatever else reads the same signals', () => {
  const other = criterion('other', { needs: ['weights', 'gradients'] })
  const changed = changedCells(planOf([snip, other, sa]).cells, planOf([edited, other, sa]).cells)
  expect(changed.map(({ id }) => id)).toEqual([
    'snip s=80% k=0 seed=1',
    'snip s=80% k=0 seed=2',
    'snip s=90% k=0 seed=1',
    'snip s=90% k=0 seed=2',
  ])
})

test('nothing is concerned where nothing changed, everything by other training', () => {
  const { cells } = planOf([snip, sa])
  expect(changedCells(cells, planOf([snip, sa]).cells)).toEqual([])
  const longer = planOf([snip, sa], { k: [0] }, { model: { name: 'decons-net', digest: digest('deeper') } })
  expect(changedCells(cells, longer.cells)).toEqual(longer.cells)
})

test('a new cell is concerned', () => {
  const more = planOf([snip, sa], { seeds: [1, 2, 3] }).cells
  const concerned = changedCells(planOf([snip, sa]).cells, more)
  expect(concerned).toEqual(more.filter(({ point }) => point.seed === 3))
})
