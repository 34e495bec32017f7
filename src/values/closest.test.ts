import { expect, test } from 'vitest'
import { closest, editDistance } from './closest.ts'
import { stream } from './random.ts'

test('a slip of the finger finds the name', () => {
  const known = ['random', 'magnitude', 'mag-sign', 'mag-increase', 'snip', 'simulated-annealing']
  expect(closest('magnitud', known)).toBe('magnitude')
  expect(closest('mangitude', known)).toBe('magnitude')
  expect(closest('Snip', known)).toBe('snip')
  expect(closest('sinp', known)).toBe('snip')
  expect(closest('mag-sing', known)).toBe('mag-sign')
  expect(closest('simulated_anealing', known)).toBe('simulated-annealing')
})

test('a beginning finds the first name that goes on from it', () => {
  expect(closest('sim', ['random', 'simulated-annealing'])).toBe('simulated-annealing')
})

test('something else finds nothing', () => {
  expect(closest('grasp', ['random', 'magnitude', 'snip'])).toBeUndefined()
  expect(closest('', ['a', 'b'])).toBeUndefined()
  expect(closest('q', ['a', 'b'])).toBeUndefined()
  expect(closest('snip', [])).toBeUndefined()
})

test('the distance is the length of the shortest chain of edits', () => {
  expect(editDistance('', 'abc')).toBe(3)
  expect(editDistance('kitten', 'sitting')).toBe(3)
  expect(editDistance('ab', 'ba')).toBe(1)
  expect(editDistance('ca', 'abc')).toBe(3)
})

test('the distance agrees with its recursive definition', () => {
  const random = stream(1, 'closest')
  const word = () => Array.from({ length: random.integer(6) }, () => 'abc'.charAt(random.integer(3))).join('')
  for (let i = 0; i < 200; i++) {
    const [a, b] = [word(), word()]
    expect(editDistance(a, b), `${a} → ${b}`).toBe(byDefinition(a, b))
  }
})

function byDefinition(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const options = [
    byDefinition(a.slice(0, -1), b) + 1,
    byDefinition(a, b.slice(0, -1)) + 1,
    byDefinition(a.slice(0, -1), b.slice(0, -1)) + (a.at(-1) === b.at(-1) ? 0 : 1),
  ]
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)) {
    options.push(byDefinition(a.slice(0, -2), b.slice(0, -2)) + 1)
  }
  return Math.min(...options)
}

test('of equally near names the first is found, of two letters the name that they begin', () => {
  expect(closest('snap', ['snip', 'snop'])).toBe('snip')
  expect(closest('si', ['random', 'simulated-annealing'])).toBe('simulated-annealing')
})
