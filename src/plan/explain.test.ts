import { expect, test } from 'vitest'
import { differences, nearest } from './explain.ts'

test('differences are named by the path of each leaf', () => {
  expect(
    differences(
      { a: 1, b: { c: [1, 2], d: 'x' }, gone: true },
      { a: 1, b: { c: [1, 3], d: 'x' }, fresh: null },
    ),
  ).toEqual([
    { path: 'b.c', before: [1, 2], after: [1, 3] },
    { path: 'fresh', before: undefined, after: null },
    { path: 'gone', before: true, after: undefined },
  ])
  expect(differences({ a: { b: 1 } }, { a: { b: 1 } })).toEqual([])
})

test('the nearest document is of the same kind and differs least', () => {
  const document = { kind: 'train', settings: { epochs: 3 }, seed: 1 }
  const stored = [
    { kind: 'mask', settings: { epochs: 3 }, seed: 1 },
    { kind: 'train', settings: { epochs: 2 }, seed: 2 },
    { kind: 'train', settings: { epochs: 2 }, seed: 1 },
  ]
  expect(nearest(document, stored)).toEqual([{ path: 'settings.epochs', before: 2, after: 3 }])
  expect(nearest({ kind: 'init' }, stored)).toBeUndefined()
})

test('of documents that differ equally, the nearest is the first', () => {
  const stored = [
    { kind: 'train', seed: 2 },
    { kind: 'train', seed: 3 },
  ]
  expect(nearest({ kind: 'train', seed: 1 }, stored)).toEqual([{ path: 'seed', before: 2, after: 1 }])
})
