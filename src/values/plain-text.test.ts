import { expect, test } from 'vitest'
import { plainText } from './plain-text.ts'

test('line breaks of all systems become LF, tabs stay', () => {
  expect(plainText('a\r\nb\rc\nd\te')).toBe('a\nb\nc\nd\te')
})

test('what acts on a terminal, turns text round or cannot be shown goes', () => {
  expect(plainText('\u001b[31mred\u001b[0m \u0007\u0000\u009f\u202eabc\u2066\ud800\uffff𝟗')).toBe('red abc𝟗')
})
