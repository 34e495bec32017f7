import type { Stream } from '../values/random.ts'
import { drawPath, emptyCanvas, erasePath } from './canvas.ts'
import { GLYPH_SHAPES, type Point, type Stroke } from './glyph-shapes.ts'
import { bell, speckle } from './nearly-normal.ts'

/** Height and width of a glyph's image in pixels. */
export const GLYPH_SIDE = 28

/** How much glyphs of one class differ. Ranges are those of uniform draws; lengths are in pixels where not said otherwise. */
const VARIATION = {
  /** tan(angle / 2): ±.2 is ±23°. */
  halfAngleTangent: [-0.2, 0.2],
  shear: [-0.3, 0.3],
  /** Half of a glyph's size. */
  scale: [5.5, 10],
  aspect: [0.8, 1.2],
  shift: [-3.3, 3.3],
  perspective: [-0.2, 0.2],
  /** Standard deviation of each control point, as a share of half the glyph's size. */
  jitter: 0.12,
  radius: [0.6, 1.7],
  ink: [0.6, 1],
  noise: [0, 0.2],
  distractorChance: 0.7,
  eraserChance: 0.4,
} as const

const STEPS_PER_SPAN = 5

/**
 * Draws one glyph of a class into `out` at `at`, varied by `random`. Uses no operation but the exactly
 * specified + − × ÷ √ and comparisons, so that every machine draws the same bytes.
 */
export function drawGlyph(random: Stream, label: number, out: Uint8Array, at: number): void {
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * random.uniform()
  const place = randomPlacement(between)
  const canvas = emptyCanvas(GLYPH_SIDE)
  const radius = between(VARIATION.radius)
  const ink = between(VARIATION.ink)
  for (const stroke of GLYPH_SHAPES[label] as readonly Stroke[]) {
    const points = stroke.points.map(([x, y]) =>
      place([x + VARIATION.jitter * bell(random), y + VARIATION.jitter * bell(random)]),
    )
    drawPath(canvas, pathThrough(points, stroke), radius, ink)
  }
  if (random.uniform() < VARIATION.distractorChance)
    drawPath(canvas, scratch(random, 7), between([0.5, 1.2]), between(VARIATION.ink))
  if (random.uniform() < VARIATION.eraserChance) erasePath(canvas, scratch(random, 16), between([0.5, 1.5]))
  const noise = between(VARIATION.noise)
  for (let i = 0; i < canvas.ink.length; i++) {
    const grey = (canvas.ink[i] as number) + noise * speckle(random.uint32())
    out[at + i] = Math.floor(255 * Math.min(1, Math.max(0, grey)) + 0.5)
  }
}

/** A random way to bring a glyph's points into the image: perspective, shear, aspect, size, rotation, shift. */
function randomPlacement(between: (range: readonly [number, number]) => number): (point: Point) => Point {
  const t = between(VARIATION.halfAngleTangent)
  const [cos, sin] = [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)]
  const shear = between(VARIATION.shear)
  const scale = between(VARIATION.scale)
  const aspect = between(VARIATION.aspect)
  const [px, py] = [between(VARIATION.perspective), between(VARIATION.perspective)]
  const centre = (GLYPH_SIDE - 1) / 2
  const [cx, cy] = [centre + between(VARIATION.shift), centre + between(VARIATION.shift)]
  return ([x, y]) => {
    const depth = 1 + px * x + py * y
    const u = (scale * aspect * (x + shear * y)) / depth
    const v = (scale * y) / aspect / depth
    return [cx + cos * u - sin * v, cy + sin * u + cos * v]
  }
}

/** The path of a stroke through placed points, as x, y, x, y, … */
function pathThrough(points: readonly Point[], { kind, closed }: Stroke): number[] {
  const n = points.length
  const point = (i: number): Point => {
    const wrapped = closed === true ? (i + n) % n : Math.min(n - 1, Math.max(0, i))
    return points[wrapped] as Point
  }
  const path = [...point(0)]
  for (let i = 0; i < (closed === true ? n : n - 1); i++) {
    const [a, b, c, d] = [point(i - 1), point(i), point(i + 1), point(i + 2)]
    const steps = kind === 'line' ? 1 : STEPS_PER_SPAN
    for (let step = 1; step < steps; step++) {
      const t = step / steps
      path.push(spline(a[0], b[0], c[0], d[0], t), spline(a[1], b[1], c[1], d[1], t))
    }
    path.push(...c)
  }
  return path
}

/** The Catmull–Rom spline from b to c, with neighbours a and d (Catmull, Rom 1974). */
function spline(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
}

/** A straight stroke anywhere in the image, at most `reach` pixels long in each direction. */
function scratch(random: Stream, reach: number): number[] {
  const [x, y] = [GLYPH_SIDE * random.uniform(), GLYPH_SIDE * random.uniform()]
  return [x, y, x + reach * (2 * random.uniform() - 1), y + reach * (2 * random.uniform() - 1)]
}
