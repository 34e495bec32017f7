import { expect, test } from 'vitest'
import { placesIn } from './places-in.ts'

test('the places of a stack, innermost first; lines count from 1 and columns from 0', () => {
  const error = new Error('broken')
  error.stack = [
    'Error: broken',
    '    at score (file:///plugins/criteria/mine.ts:12:34)',
    '    at /plugins/node_modules/x.js:1:1',
    '    at node:internal/process:95:5',
    '    at new Promise (<anonymous>)',
  ].join('\n')
  expect(placesIn(error)).toEqual([
    { file: '/plugins/criteria/mine.ts', line: 12, column: 33 },
    { file: '/plugins/node_modules/x.js', line: 1, column: 0 },
    { file: 'node:internal/process', line: 95, column: 4 },
  ])
})

test('what has no stack has no places', () => {
  const error = new Error('broken')
  Reflect.deleteProperty(error, 'stack')
  for (const other of [error, 'at x (file.ts:1:2)', { stack: 'at x (file.ts:1:2)' }, undefined])
    expect(placesIn(other)).toEqual([])
})
