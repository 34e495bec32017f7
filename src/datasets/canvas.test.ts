import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { drawPath, emptyCanvas, erasePath } from './canvas.ts'

/** Distance from a point to a path, by trying many points of it. */
function distance(x: number, y: number, path: readonly number[]): number {
  let least = Infinity
  for (let i = 0; i + 3 < path.length; i += 2) {
    const [ax, ay, bx, by] = path.slice(i, i + 4) as [number, number, number, number]
    for (let step = 0; step <= 2000; step++) {
      const t = step / 2000
      least = Math.min(least, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    }
  }
  return least
}

test('ink falls off with the distance to the path', () => {
  const random = stream(1, 'canvas')
  for (const radius of [0.4, 1.3]) {
    // ends outside the image, and a segment without length
    const path = [-3, 4, 6, 2, 6, 2, 9 * random.uniform(), 14]
    const canvas = emptyCanvas(10)
    drawPath(canvas, path, radius, 0.8)
    canvas.ink.forEach((ink, i) => {
      const coverage = Math.min(1, Math.max(0, radius + 0.5 - distance(i % 10, Math.floor(i / 10), path)))
      expect(ink).toBeCloseTo(0.8 * coverage, 3)
    })
  }
})

test('the darker stroke shows, and an eraser takes all of it', () => {
  const canvas = emptyCanvas(5)
  drawPath(canvas, [0, 2, 4, 2], 0.5, 0.5)
  drawPath(canvas, [2, 0, 2, 4], 0.5, 0.9)
  drawPath(canvas, [0, 2, 4, 2], 0.5, 0.1)
  expect(Array.from(canvas.ink.slice(10, 15))).toEqual([0.5, 0.5, 0.9, 0.5, 0.5])
  erasePath(canvas, [2, 2, 2, 4], 0.5)
  expect(canvas.ink[12]).toBe(0)
  expect(canvas.ink[11]).toBe(0.5)
})
