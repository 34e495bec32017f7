import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { singularValues, spreadOfSingularValues, type DenseMatrix } from './singular-values.ts'

const matrix = (rows: number, columns: number, values: readonly number[]): DenseMatrix => ({
  rows,
  columns,
  values,
})

test('matrices whose singular values are known', () => {
  const close = (found: readonly number[], expected: readonly number[]) => {
    expect(found).toHaveLength(expected.length)
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 10)
    })
  }
  close(singularValues(matrix(2, 2, [3, 0, 0, -4])), [4, 3])
  // [[a, b], [c, d]]: the roots of half the trace of MᵀM ± …; of [[1, 1], [0, 1]] the golden ratio and its inverse.
  close(singularValues(matrix(2, 2, [1, 1, 0, 1])), [(1 + Math.sqrt(5)) / 2, (Math.sqrt(5) - 1) / 2])
  // uvᵀ has |u| · |v| alone, wide or tall.
  close(singularValues(matrix(2, 3, [1, 2, 2, 2, 4, 4])), [Math.sqrt(5) * 3, 0])
  close(singularValues(matrix(3, 2, [1, 2, 2, 4, 2, 4])), [Math.sqrt(5) * 3, 0])
  close(singularValues(matrix(1, 4, [1, -1, 1, 1])), [2])
  // Hilbert's matrix of order 3 (MATLAB's svd(hilb(3))).
  const hilbert = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => 1 / (i + j + 1)))
  const found = singularValues(matrix(3, 3, hilbert))
  expect(found[0]).toBeCloseTo(1.408318927123654, 12)
  expect(found[1]).toBeCloseTo(0.122327065853906, 12)
  expect(found[2]).toBeCloseTo(0.002687340355773, 12)
  expect(() => singularValues(matrix(2, 2, [1]))).toThrow('1 values do not make a matrix of 2 × 2')
})

test('squares add up to those of the entries; scaling and turning do what they must', () => {
  const random = stream(1, 'singular')
  const [rows, columns] = [10, 40]
  const values = Array.from({ length: rows * columns }, () => random.normal())
  const found = singularValues(matrix(rows, columns, values))
  const squares = (all: readonly number[]) => all.reduce((sum, x) => sum + x ** 2, 0)
  expect(squares(found)).toBeCloseTo(squares(values), 8)
  const turned = Array.from({ length: rows * columns }, (_, i) => {
    const [c, r] = [Math.floor(i / rows), i % rows]
    return 2 * (values[r * columns + c] as number)
  })
  singularValues(matrix(columns, rows, turned)).forEach((value, i) => {
    expect(value).toBeCloseTo(2 * (found[i] as number), 10)
  })
})

test('the spread is over the singular values of all matrices', () => {
  const found = spreadOfSingularValues([matrix(2, 2, [1, 0, 0, 3]), matrix(1, 2, [0, 5])])
  expect(found.mean).toBeCloseTo(3, 12)
  expect(found.sd).toBeCloseTo(Math.sqrt(8 / 3), 12)
  expect(found.min).toBeCloseTo(1, 12)
  expect(found.max).toBeCloseTo(5, 12)
  expect(() => spreadOfSingularValues([])).toThrow('there are no singular values')
})
