import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { digest, short } from './digest.ts'

test('the order of names does not matter, the order of lists does', () => {
  expect(canonicalJson({ b: 1, a: [2, { d: null, c: 'x' }] })).toBe('{"a":[2,{"c":"x","d":null}],"b":1}')
  expect(canonicalJson({ a: [2, { c: 'x', d: null }], b: 1 })).toBe('{"a":[2,{"c":"x","d":null}],"b":1}')
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]))
})

test('what JSON cannot say is refused', () => {
  expect(() => canonicalJson(Number.NaN)).toThrow(RangeError)
  expect(() => canonicalJson({ a: Infinity })).toThrow(/Infinity/)
  expect(() => canonicalJson({ a: undefined as never })).toThrow(/undefined has no JSON form/)
  expect(() => canonicalJson([(() => 1) as never])).toThrow(/function has no JSON form/)
})

test('the text parses back to an equal value', () => {
  const value = { 'ü "quoted"': [true, -0.1, 1e21, ''], nested: { deep: { deeper: null } } }
  expect(JSON.parse(canonicalJson(value))).toEqual(value)
})

test('digests are SHA-256', () => {
  expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(digest(Uint8Array.of(97, 98, 99))).toBe(digest('abc'))
  expect(short(digest('abc'))).toBe('ba7816bf8f')
})
