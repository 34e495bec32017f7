import { join, posix, win32 } from 'node:path'
import { expect, test } from 'vitest'
import { fileName, isPathBelow, whyNoFileName } from './file-name.ts'
import { Problem } from './problem.ts'
import { stream } from './random.ts'

test('names that are plain everywhere may be used', () => {
  for (const name of [
    'mlp',
    'results.json',
    'snip-s90-k0-seed1.onnx',
    'größe',
    '枝刈り',
    'a b',
    '.hidden',
    'p=0.5',
  ])
    expect(whyNoFileName(name), name).toBeUndefined()
})

test.each([
  '',
  '.',
  '..',
  '../x',
  '/etc/passwd',
  'a/b',
  'a\\b',
  'C:',
  'C:x',
  'a\0b',
  'a\nb',
  'a\tb',
  'a\u001b[31m',
  'a\u202eb',
  'con',
  'CON',
  'nul.txt',
  'com1',
  'lpt9.log',
  'a.',
  'a ',
  ' a',
  'a<b',
  'a|b',
  'a?',
  'a*',
  '"a"',
  '\ud800',
])('%j is refused', (name) => {
  expect(() => fileName(name, 'the suite')).toThrow(Problem)
})

test('a name too long to have something put behind it is refused with its length', () => {
  expect(() => fileName('ö'.repeat(61), 'the suite')).toThrow('it takes 122 bytes, and at most 120 fit')
})

test('whatever is put together of dangerous pieces stays below its folder, on every system', () => {
  const pieces = [
    '..',
    '.',
    '/',
    '\\',
    'a',
    'C:',
    '\0',
    '\n',
    ' ',
    '%2e',
    'con',
    '~',
    '//',
    '\u2215',
    '$',
    'é',
  ]
  const random = stream('names', 'fuzz')
  let accepted = 0
  for (let i = 0; i < 20_000; i++) {
    const name = Array.from(
      { length: 1 + random.integer(6) },
      () => pieces[random.integer(pieces.length)],
    ).join('')
    if (!isPathBelow(name)) continue
    accepted++
    for (const system of [posix, win32]) {
      const folder = system.resolve('/reports/mlp')
      const path = system.relative(folder, system.resolve(folder, name))
      expect(path === '' || /^\.\.([\\/]|$)/.test(path) || system.isAbsolute(path), name).toBe(false)
    }
    expect(join('/reports', name).startsWith('/reports/'), name).toBe(true)
  }
  expect(accepted).toBeGreaterThan(100)
})

test('a refusal says whose name it is, why, and what to do', () => {
  const refusalOf = (name: string): Problem => {
    try {
      fileName(name, 'the label')
    } catch (error) {
      if (error instanceof Problem) return error
    }
    throw new Error(`${name} was not refused`)
  }
  expect(refusalOf('.')).toMatchObject({
    kind: 'usage',
    message: `the label "." cannot be part of a file's name: it means a folder`,
    hint: 'choose a name of letters, digits, dashes and dots',
  })
  expect(refusalOf('..').message).toMatch(/it means a folder$/)
  // Shown in quotes: 60 characters of it fit.
  expect(refusalOf(`/${'a'.repeat(57)}`).message).toContain(`"/${'a'.repeat(57)}" cannot`)
  expect(refusalOf(`/${'a'.repeat(58)}`).message).toContain(`"/${'a'.repeat(55)}…" cannot`)
})

test('a name of 120 bytes is given back as it is', () => {
  expect(fileName('ö'.repeat(60), 'the suite')).toBe('ö'.repeat(60))
})
