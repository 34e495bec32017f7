import { expect, test } from 'vitest'
import type { CellSelector } from '../plugin/index.ts'
import { isChosen, isOccasion } from './select-cells.ts'

const point = { criterion: 'snip', sparsity: 0.9, k: 3, seed: 2, control: false }

test.each<[string, CellSelector, boolean]>([
  ['no coordinate', {}, true],
  ['the same value', { criterion: 'snip', sparsity: 0.9, k: 3, seed: 2 }, true],
  ['another criterion', { criterion: 'random' }, false],
  ['another seed', { seed: 1 }, false],
  ['a list with it', { sparsity: [0.8, 0.9] }, true],
  ['a list without it', { criterion: ['random', 'lth'] }, false],
  ['a range that begins with it', { k: { from: 3 } }, true],
  ['a range that begins after it', { k: { from: 4 } }, false],
  ['a range that ends with it', { k: { to: 3 } }, true],
  ['a range that ends before it', { k: { to: 2 } }, false],
  ['a range of everything', { k: {} }, true],
  ['a repeat of a search, where there are none', { searchSeed: 1 }, false],
  ['a range of repeats, where there are none', { searchSeed: { from: 0 } }, false],
  ['the unpruned network', { control: true }, false],
])('%s', (_, selector, chosen) => {
  expect(isChosen(point, selector)).toBe(chosen)
})

test('the unpruned network is chosen by that alone', () => {
  const control = { ...point, criterion: 'unpruned', sparsity: 0, control: true }
  expect(isChosen(control, {})).toBe(false)
  expect(isChosen(control, { control: true })).toBe(true)
  expect(isChosen(control, { control: true, seed: 1 })).toBe(false)
})

test('an assertion counts for the data and the profile that it names', () => {
  const run = { data: 'mnist', profile: 'quick' }
  expect(isOccasion({}, run)).toBe(true)
  expect(isOccasion({ data: 'mnist', profile: ['quick', 'full'] }, run)).toBe(true)
  expect(isOccasion({ data: 'cifar10' }, run)).toBe(false)
  expect(isOccasion({ data: 'mnist', profile: ['full'] }, run)).toBe(false)
})
