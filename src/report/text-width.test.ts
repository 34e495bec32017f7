import { expect, test } from 'vitest'
import { fit, padEnd, textWidth, wrap } from './text-width.ts'

test('width in columns of a terminal', () => {
  expect(textWidth('snip · 90 %')).toBe(11)
  expect(textWidth('±█░–…')).toBe(5)
  expect(textWidth('枝刈り')).toBe(6)
  expect(textWidth('e\u0301')).toBe(1)
  expect(textWidth('👩‍🔬')).toBe(2)
  expect(textWidth('\u001b[1mbold\u001b[22m')).toBe(4)
})

test('fitting never exceeds the width and keeps whole characters', () => {
  expect(fit('simulated-annealing', 19)).toBe('simulated-annealing')
  expect(fit('simulated-annealing', 10)).toBe('simulated…')
  expect(fit('枝刈り', 5)).toBe('枝刈…')
  expect(fit('枝刈り', 4)).toBe('枝…')
  for (let width = 0; width < 30; width++) {
    expect(textWidth(fit('枝刈り 👩‍🔬 snip · 90 %', width))).toBeLessThanOrEqual(width)
  }
})

test('padding counts columns', () => {
  expect(padEnd('枝', 4)).toBe('枝  ')
})

test('wrapping breaks at spaces and keeps long words', () => {
  expect(wrap('a bb ccc\ndddd e', 4)).toEqual(['a bb', 'ccc', 'dddd', 'e'])
  expect(wrap('see /a/very/long/path now', 8)).toEqual(['see', '/a/very/long/path', 'now'])
})
