import { expect, test } from 'vitest'
import {
  duration,
  integer,
  layerName,
  magnitude,
  meanAndSpread,
  roughDuration,
  share,
  shortened,
  together,
} from './words.ts'

test('durations never show 60 of anything', () => {
  expect([0, 0.44, 9.94, 9.96, 59.4, 59.6, 200, 3599.6, 3900, 7199].map(duration)).toEqual([
    '0.0 s',
    '0.4 s',
    '9.9 s',
    '10 s',
    '59 s',
    '1m 00s',
    '3m 20s',
    '1h 00m',
    '1h 05m',
    '2h 00m',
  ])
})

test('rough durations have no more digits than a guess deserves', () => {
  expect([0, 5.4, 59.6, 200, 599.6, 1845, 3570, 3599, 3900].map(roughDuration)).toEqual([
    '0 s',
    '5 s',
    '1m 00s',
    '3m 20s',
    '10m',
    '31m',
    '1h 00m',
    '1h 00m',
    '1h 05m',
  ])
})

test('numbers', () => {
  expect(integer(1234567)).toBe('1,234,567')
  expect([0.7, 0.995, 0.1 + 0.2].map(share)).toEqual(['70 %', '99.5 %', '30 %'])
  expect([0, 999, 999.6, 1234, 999_600, 3.214e12].map(magnitude)).toEqual([
    '0',
    '999',
    '1.00 k',
    '1.23 k',
    '1.00 M',
    '3.21 T',
  ])
})

test('statistics', () => {
  expect(meanAndSpread({ n: 3, mean: 98.468, sd: 0.051, ci95: [98.341, 98.595] }, 2)).toBe('98.47 ±0.05')
  expect(meanAndSpread({ n: 1, mean: 98.468, sd: null, ci95: null }, 2)).toBe('98.47')
  expect(meanAndSpread(null, 2)).toBe('–')
})

test('lists and layers', () => {
  expect(shortened(['a', 'b', 'c'], 3)).toBe('a, b, c')
  expect(shortened(['a', 'b', 'c', 'd'], 2)).toBe('a, b, and 2 more')
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(together)).toEqual(['', 'a', 'a and b', 'a, b and c'])
  expect([layerName('fc3/weight'), layerName('conv1/kernel')]).toEqual(['fc3', 'conv1/kernel'])
})
