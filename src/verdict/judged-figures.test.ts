import { expect, test } from 'vitest'
import type { Merit } from '../values/merit.ts'
import { judgedFigures, levelOf, shares } from './judged-figures.ts'

const gating = (merit: Merit) =>
  judgedFigures(merit)
    .filter(({ gates }) => gates)
    .map(({ metric, family }) => `${metric}: ${family}`)
const informing = (merit: Merit) =>
  judgedFigures(merit)
    .filter(({ gates }) => !gates)
    .map(({ metric }) => metric)

const times = ['latencyMasked: time', 'latencyDeleted: time']

test('the figure of merit and masks before training gate; other accuracies of the same networks inform', () => {
  expect(gating('last')).toEqual([
    'last: merit',
    'search: untrained',
    'atK: untrained',
    'rewind: untrained',
    ...times,
  ])
  expect(informing('last')).toEqual(['validationSelected', 'validation'])
  expect(gating('validationSelected').slice(0, 2)).toEqual(['validationSelected: merit', 'search: untrained'])
  expect(informing('validationSelected')).toEqual(['last', 'validation'])
  expect(gating('validation')).toEqual([
    'search: untrained',
    'validation: merit',
    'atK: untrained',
    'rewind: untrained',
    ...times,
  ])
  expect(gating('search')).toEqual(['search: merit', 'atK: untrained', 'rewind: untrained', ...times])
})

test('families share the level of 6 %, and of n changed figures each has that over n√n', () => {
  expect(Object.values(shares).reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  expect(levelOf('merit', 1)).toBeCloseTo(0.06 * 0.96, 12)
  expect(levelOf('untrained', 4)).toBeCloseTo((0.06 * 0.03) / 8, 12)
  expect(levelOf('time', 9)).toBeCloseTo((0.06 * 0.01) / 27, 12)
})
