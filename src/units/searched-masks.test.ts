import { expect, test } from 'vitest'
import { initialised, trained } from '../plugin/network.fixture.ts'
import { searchedMasks } from './searched-masks.ts'
import { FILTERS, tinyCnn } from './tiny-cnn.fixture.ts'

const weights = trained(initialised(tinyCnn, 1), 2)
const layers = ['first', 'second'].map((name) => [...(weights[`${name}/weight`]?.data ?? [])].map(Math.abs))

test('magnitudes are without sign: of weights, and of filters the mean over each one’s weights', () => {
  expect([...searchedMasks.weight(tinyCnn, weights).magnitudes()]).toEqual(layers.flat())
  const means = layers.flatMap((all, layer) =>
    Array.from({ length: FILTERS[layer] ?? 0 }, (_, filter) => {
      const own = all.filter((_, i) => i % (FILTERS[layer] ?? 0) === filter)
      return Math.fround(own.reduce((sum, w) => sum + w, 0) / own.length)
    }),
  )
  expect([...searchedMasks.filter(tinyCnn, weights).magnitudes()]).toEqual(means)
})
