import { expect, test } from 'vitest'
import { binary, cast, compare, select, unary } from './elementwise.ts'
import { Graph } from './graph.ts'
import { gather, reshape, slice, transpose } from './layout.ts'
import { matmul } from './matmul.ts'
import type { Node } from './node.ts'
import { reduce } from './reduction.ts'

const kinds = (node: Node): unknown[] => [node.op.kind, ...node.inputs.map(kinds)]

test('equal computations are one node, whatever the order of commuting operands', () => {
  const g = new Graph()
  const [x, y] = [g.input('float32', [3]), g.input('float32', [3])]
  expect(binary(g, 'add', x, y)).toBe(binary(g, 'add', y, x))
  expect(binary(g, 'sub', x, y)).not.toBe(binary(g, 'sub', y, x))
  expect(unary(g, 'exp', x)).toBe(unary(g, 'exp', x))
  const constant = () => g.constant({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) })
  expect(constant()).toBe(constant())
  expect(g.splat(0, 'float32', [])).not.toBe(g.splat(-0, 'float32', []))
})

test('what changes nothing leaves no node', () => {
  const g = new Graph()
  const x = g.input('float32', [3, 4])
  const one = g.splat(1, 'float32', [3, 4])
  const zero = g.splat(0, 'float32', [])
  for (const same of [
    binary(g, 'mul', x, one),
    binary(g, 'mul', one, x),
    binary(g, 'div', x, one),
    binary(g, 'add', zero, x),
    binary(g, 'sub', x, zero),
    reshape(g, reshape(g, x, [12]), [3, 4]),
    transpose(g, transpose(g, x, [1, 0]), [1, 0]),
    slice(g, x, [0, 0], [3, 4]),
    cast(g, x, 'float32'),
  ])
    expect(same).toBe(x)
  expect(binary(g, 'sub', zero, x)).toBe(unary(g, 'neg', x))
  expect(kinds(transpose(g, g.input('float32', [1, 3, 4]), [1, 0, 2]))).toEqual(['reshape', ['input']])
})

test('constant-filled tensors stay numbers', () => {
  const g = new Graph()
  const filled = g.constant({ dtype: 'float32', shape: [2, 2], data: Float32Array.of(3, 3, 3, 3) })
  expect(filled.op).toEqual({ kind: 'splat', value: 3 })
  const sum = binary(g, 'add', filled, g.splat(4, 'float32', [2]))
  expect([sum.op, sum.shape]).toEqual([{ kind: 'splat', value: 7 }, [2, 2]])
  expect(reduce(g, 'sum', sum, [0, 1], false).op).toEqual({ kind: 'splat', value: 28 })
  expect(cast(g, g.splat(-2.5, 'float32', []), 'int32').op).toEqual({ kind: 'splat', value: -2 })
  const x = g.input('float32', [2, 2])
  expect(
    binary(g, 'mul', x, filled)
      .inputs.map((n) => n.shape)
      .sort(),
  ).toEqual([[], [2, 2]])
})

test('repeated tensors are not repeated before they must be', () => {
  const g = new Graph()
  const row = g.input('float32', [4])
  const x = g.input('float32', [3, 4])
  // The gradient of a sum: a row times a tensor of ones.
  const repeated = binary(g, 'mul', row, g.splat(1, 'float32', [3, 4]))
  expect(kinds(repeated)).toEqual(['broadcast', ['input']])
  expect(binary(g, 'add', x, repeated).inputs).toEqual([x, row])
  const late = unary(g, 'exp', binary(g, 'mul', repeated, g.splat(2, 'float32', [])))
  expect(kinds(late)).toEqual(['broadcast', ['unary', ['binary', ['input'], ['splat']]]])
  const chosen = select(g, compare(g, 'greater', x, repeated), repeated, g.splat(0, 'float32', [3, 4]))
  expect(chosen.inputs.map((n) => n.shape)).toEqual([[3, 4], [4], []])
})

test('a data set of bytes is gathered before it is converted and normalised', () => {
  const g = new Graph()
  const images = g.input('uint8', [1000, 784])
  const seen = cast(g, images, 'int32')
  const indices = g.input('int32', [64])
  const after = cast(g, gather(g, seen, indices, 0), 'float32')
  expect(kinds(after)).toEqual(['cast', ['gather', ['input'], ['input']]])
  const normalised = binary(g, 'div', cast(g, seen, 'float32'), g.splat(255, 'float32', []))
  expect(kinds(gather(g, normalised, indices, 0))).toEqual([
    'binary',
    ['cast', ['gather', ['input'], ['input']]],
    ['splat'],
  ])
})

test('transposes of factors become flags of their product', () => {
  const g = new Graph()
  const [a, b] = [g.input('float32', [3, 2]), g.input('float32', [4, 3])]
  const product = matmul(g, transpose(g, a, [1, 0]), b, false, true)
  expect([product.op, product.inputs, product.shape]).toEqual([
    { kind: 'matmul', transposeA: true, transposeB: true },
    [a, b],
    [2, 4],
  ])
  const batch = g.input('float32', [5, 2, 3])
  const tall = matmul(g, batch, b, false, true)
  expect(kinds(tall)).toEqual(['reshape', ['matmul', ['reshape', ['input']], ['input']]])
})
