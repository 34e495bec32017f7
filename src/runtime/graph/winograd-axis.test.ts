import { expect, test } from 'vitest'
import { stream } from '../../values/random.ts'
import type { Sliding } from './windows.ts'
import { winogradAxis, type Matrix, type WinogradAxis } from './winograd-axis.ts'

const draws = stream('axis', 'test')
const normals = (n: number): number[] => Array.from({ length: n }, () => draws.normal())
const times = (matrix: Matrix, by: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, v, i) => sum + v * (by[i] as number), 0))

function byWindows(
  { windows, taps, stride, before }: Sliding,
  pixels: number[],
  weights: number[],
): number[] {
  return Array.from({ length: windows }, (_, w) =>
    weights.slice(0, taps).reduce((sum, v, t) => sum + v * (pixels[w * stride + t - before] ?? 0), 0),
  )
}

function atPoints({ input, filter, output }: WinogradAxis, pixels: number[], weights: number[]): number[] {
  const [a, b] = [times(input, pixels), times(filter, weights)]
  return times(
    output,
    a.map((v, i) => v * (b[i] as number)),
  )
}

const axis = (size: number, taps: number, stride: number, before: number, after: number): Sliding => ({
  size,
  taps,
  stride,
  before,
  dilation: 1,
  windows: Math.floor((size + before + after - taps) / stride) + 1,
})

test('products at points are the sums of all windows, for every size, filter, stride and padding', () => {
  let checked = 0
  for (const [taps, stride] of [
    [2, 1],
    [3, 1],
    [4, 1],
    [5, 1],
    [3, 2],
    [4, 2],
    [5, 2],
    [4, 3],
    [5, 3],
  ] as const)
    for (let size = 1; size <= 18; size++)
      for (const [before, after] of [
        [0, 0],
        [1, 1],
        [2, 0],
        [0, 3],
      ] as const) {
        const along = axis(size, taps, stride, before, after)
        const by = winogradAxis(along)
        if (!by) {
          expect(along.windows, `${size} pixels, ${taps} taps`).toBeLessThan(2)
          continue
        }
        expect(by.points).toBeLessThanOrEqual(along.windows * taps)
        expect([by.input, by.filter, by.output.map((r) => r)].map((m) => m.length)).toEqual([
          by.points,
          by.points,
          along.windows,
        ])
        const [pixels, weights] = [normals(size), normals(taps)]
        const wanted = byWindows(along, pixels, weights)
        for (const [i, sum] of atPoints(by, pixels, weights).entries())
          expect(sum, `${size} pixels, ${taps} taps`).toBeCloseTo(wanted[i] as number, 9)
        checked++
      }
  expect(checked).toBeGreaterThan(500)
})

test('the layers of the thesis’ network take this many points', () => {
  const points = (size: number, stride: number): number | undefined =>
    winogradAxis(axis(size, 3, stride, 0, 0))?.points
  // 13 windows as 4 + 4 + 5; 6 windows of every other pixel in one; 4 windows in one.
  expect([points(15, 1), points(13, 2), points(6, 1)]).toEqual([19, 13, 6])
})

test('nothing is saved by windows that do not overlap, are spread out or alone', () => {
  expect(winogradAxis(axis(8, 1, 1, 0, 0))).toBeUndefined()
  expect(winogradAxis(axis(8, 2, 2, 0, 0))).toBeUndefined()
  expect(winogradAxis(axis(3, 3, 1, 0, 0))).toBeUndefined()
  expect(winogradAxis({ ...axis(9, 3, 1, 0, 0), windows: 5, dilation: 2 })).toBeUndefined()
  // More taps than any of the places could carry.
  expect(winogradAxis(axis(20, 9, 1, 0, 0))).toBeUndefined()
})
