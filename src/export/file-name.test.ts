import { expect, test } from 'vitest'
import { whyNoFileName } from '../values/file-name.ts'
import { stream } from '../values/random.ts'
import { cellFileName } from './file-name.ts'

const nameOf = (criterion: string) =>
  cellFileName({ criterion, sparsity: 0.9, k: 0, seed: 1, control: false })

test('a plain label is the beginning of its files', () => {
  expect(nameOf('snip')).toBe('snip-s90-k0-seed1')
  expect(nameOf('sa 0.5')).toBe('sa%200.5-s90-k0-seed1')
})

test('repeats of a search on the same weights have files of their own', () => {
  const point = { criterion: 'sa', sparsity: 0.9, k: 0, seed: 1, control: false }
  expect(cellFileName({ ...point, searchSeed: 2 })).toBe('sa-s90-k0-seed1-search2')
})

test('whatever a label is, its files have names of their own that every system takes', () => {
  const pieces = [
    '..',
    '/',
    '\\',
    'con.',
    'a',
    '*',
    '<',
    '&',
    '"',
    "'",
    ':',
    '.',
    '枝',
    '😀',
    ' ',
    '%2F',
    '~',
  ]
  const random = stream('labels', 'fuzz')
  const labels = new Set(['con', 'con.x', '.', '..', '/etc/passwd', 'x'.repeat(300), `${'x'.repeat(300)}y`])
  while (labels.size < 5000)
    labels.add(
      Array.from({ length: 1 + random.integer(50) }, () => pieces[random.integer(pieces.length)]).join(''),
    )
  const names = [...labels].map(nameOf)
  for (const name of names) {
    expect(whyNoFileName(`${name}.weights.safetensors`), name).toBeUndefined()
    expect(Buffer.byteLength(name)).toBeLessThan(160)
  }
  expect(new Set(names).size).toBe(labels.size)
})
