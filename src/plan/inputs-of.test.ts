import { expect, test } from 'vitest'
import { digest } from '../values/digest.ts'
import { inputsOf } from './inputs-of.ts'
import type { Unit } from './types.ts'

const [a, b, c] = ['a', 'b', 'c'].map((name) => digest(name))
const unit = (inputs: object, resumes?: unknown) =>
  ({ document: { inputs }, ...(resumes === undefined ? {} : { resumes }) }) as unknown as Unit

test('a unit needs what it reads and what it goes on from, each once', () => {
  expect(inputsOf(unit({}))).toEqual([])
  expect(inputsOf(unit({ initial: a, mask: b }))).toEqual([a, b])
  expect(inputsOf(unit({ initial: a }, c))).toEqual([a, c])
  expect(inputsOf(unit({ initial: a, weights: a }, a))).toEqual([a])
})
