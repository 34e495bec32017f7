import { expect, test } from 'vitest'
import { parseArguments, secondsOf } from './arguments.ts'

const optionsOf = (...argv: string[]) => parseArguments(argv).options

test('filters that are given several times are alternatives, and seeds a list', () => {
  expect(optionsOf('mlp', '-t', 'snip 90%', '--filter', 'random').filter).toBe('snip 90% | random')
  expect(optionsOf('mlp', '--filter=snip').filter).toBe('snip')
  expect(optionsOf('mlp', '--seed', '1', '--seed', '2,3').seed).toBe('1,2,3')
})

test('an option with a single value is not given twice without a word', () => {
  expect(() => optionsOf('mlp', '-p', 'quick', '--profile=full')).toThrow(
    '--profile is given 2 times: quick, full',
  )
  expect(optionsOf('mlp', '-q', '-q').quiet).toBe(true)
})

test.each([
  ['90s', 90],
  ['10m', 600],
  ['1.5h', 5400],
  ['45', 45],
])('the time limit %s is %d seconds', (text, seconds) => {
  expect(secondsOf('timeout', text)).toBe(seconds)
})

test.each([
  ['timeout', '0'],
  ['timeout', '10x'],
  ['timeout', ''],
  // A bare number has always been refused here: minutes might be meant.
  ['stop-after', '10'],
] as const)('--%s %s is no time', (name, text) => {
  expect(() => secondsOf(name, text)).toThrow(`--${name} is ${JSON.stringify(text)}, not a time`)
})
