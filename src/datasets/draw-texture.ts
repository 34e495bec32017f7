import type { Stream } from '../values/random.ts'
import { drawPath, emptyCanvas, type Canvas } from './canvas.ts'
import { speckle } from './nearly-normal.ts'
import { OUTLINES, type Outline } from './texture-outlines.ts'
import { PATTERN_FAMILIES, type Pattern } from './texture-patterns.ts'

/** Height and width of a textured image in pixels. */
export const TEXTURE_SIDE = 32

type Range = readonly [number, number]

/** How much images of one class differ. Ranges are those of uniform draws; lengths are in pixels where not said otherwise. */
const VARIATION = {
  /** Half of the object's size. */
  scale: [9, 13.5],
  aspect: [0.8, 1.25],
  shear: [-0.25, 0.25],
  shift: [-4.5, 4.5],
  perspective: [-0.012, 0.012],
  period: [3.5, 7],
  sharpness: [0.8, 2.5],
  /** How far the two colours of a pattern are apart, of the object and of what is behind it. */
  contrast: [0.25, 0.7],
  contrastBehind: [0.1, 0.5],
  /** How far the object's mean colour is from the one behind it, per channel. */
  tint: [-0.2, 0.2],
  light: [0.6, 1.1],
  /** How the light changes from the centre of the image to its edge. */
  gradient: [-0.3, 0.3],
  noise: [0, 0.1],
  bars: 3,
  barReach: 24,
  barRadius: [0.5, 1.4],
} as const

type Colour = readonly [number, number, number]

/** A surface: its pattern in its own frame, and the colours between which the pattern leads. */
interface Surface {
  readonly pattern: Pattern
  readonly frame: Frame
  readonly dark: Colour
  readonly light: Colour
}

/** From a pixel's place, relative to a centre, to coordinates of an object or a pattern. */
type Frame = (x: number, y: number, to: Float64Array) => void

/**
 * Draws one image of a class into `out` at `at`, varied by `random`: rows of pixels of red, green and blue. A class
 * is an outline with a family of patterns; each outline and each family belongs to two classes, and the object lies
 * before a pattern of any family, so that neither alone tells the class. Uses no operation but the exactly specified
 * + − × ÷ √ and comparisons, so that every machine draws the same bytes.
 */
export function drawTexture(random: Stream, label: number, out: Uint8Array, at: number): void {
  const between = ([low, high]: Range) => low + (high - low) * random.uniform()
  const families = PATTERN_FAMILIES.length
  const outline = OUTLINES[label % families] as Outline
  const family = (label + Math.floor(label / families)) % families
  const place = placement(random, between)
  const scale = between(VARIATION.scale)
  const centre = (TEXTURE_SIDE - 1) / 2
  const [centreX, centreY] = [centre + between(VARIATION.shift), centre + between(VARIATION.shift)]
  const object = surface(random, between, family, VARIATION.contrast)
  const behind = surface(random, between, random.integer(families), VARIATION.contrastBehind)
  const bars = Array.from({ length: random.integer(VARIATION.bars + 1) }, () => bar(random, between))
  const light = between(VARIATION.light)
  const [lightX, lightY] = [between(VARIATION.gradient) / centre, between(VARIATION.gradient) / centre]
  const noise = between(VARIATION.noise)
  const local = new Float64Array(2)
  let next = at
  for (let y = 0; y < TEXTURE_SIDE; y++) {
    for (let x = 0; x < TEXTURE_SIDE; x++) {
      const [fromX, fromY] = [x - centreX, y - centreY]
      place(fromX, fromY, local)
      const inside = scale * outline((local[0] as number) / scale, (local[1] as number) / scale)
      const coverage = Math.min(1, Math.max(0, inside + 0.5))
      const own = coverage === 0 ? 0 : lightness(object, fromX, fromY, local)
      const other = coverage === 1 ? 0 : lightness(behind, fromX, fromY, local)
      const brightness = light * (1 + lightX * (x - centre) + lightY * (y - centre))
      for (let channel = 0 as 0 | 1 | 2; channel < 3; channel++) {
        let value = coverage * mix(object, channel, own) + (1 - coverage) * mix(behind, channel, other)
        for (const { canvas, colour } of bars) {
          const covered = canvas.ink[y * TEXTURE_SIDE + x] as number
          value += covered * (colour[channel] - value)
        }
        const lit = value * brightness + noise * speckle(random.uint32())
        out[next] = Math.floor(255 * Math.min(1, Math.max(0, lit)) + 0.5)
        next++
      }
    }
  }
}

/** Any rotation, with the given variation of aspect, shear and perspective. */
function placement(random: Stream, between: (range: Range) => number): Frame {
  const turned = rotation(random)
  const aspect = between(VARIATION.aspect)
  const shear = between(VARIATION.shear)
  const [depthX, depthY] = [between(VARIATION.perspective), between(VARIATION.perspective)]
  return (x, y, to) => {
    const depth = 1 + depthX * x + depthY * y
    turned(x / depth, y / depth, to)
    const [u, v] = [to[0] as number, to[1] as number]
    to[0] = u * aspect + shear * v
    to[1] = v / aspect
  }
}

/** A rotation by any angle: one of four quarters and up to 45° more, from the tangent of half the angle. */
function rotation(random: Stream): Frame {
  const t = (Math.sqrt(2) - 1) * (2 * random.uniform() - 1)
  let [cos, sin] = [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)]
  for (let quarter = random.integer(4); quarter > 0; quarter--) [cos, sin] = [-sin, cos]
  return (x, y, to) => {
    to[0] = cos * x + sin * y
    to[1] = cos * y - sin * x
  }
}

function surface(
  random: Stream,
  between: (range: Range) => number,
  family: number,
  contrast: Range,
): Surface {
  const frame = rotation(random)
  const make = PATTERN_FAMILIES[family] as (typeof PATTERN_FAMILIES)[number]
  const pattern = make(random, between(VARIATION.period), between(VARIATION.sharpness))
  const apart = between(contrast) / 2
  const middle = 0.25 + 0.5 * random.uniform()
  const tinted = (value: number): Colour => [
    value + between(VARIATION.tint),
    value + between(VARIATION.tint),
    value + between(VARIATION.tint),
  ]
  const colours = [tinted(middle - apart), tinted(middle + apart)] as const
  const turned = random.integer(2)
  return {
    pattern,
    frame,
    dark: colours[turned as 0 | 1],
    light: colours[(1 - turned) as 0 | 1],
  }
}

function lightness({ pattern, frame }: Surface, x: number, y: number, local: Float64Array): number {
  frame(x, y, local)
  return pattern(local[0] as number, local[1] as number)
}

function mix({ dark, light }: Surface, channel: 0 | 1 | 2, lightness: number): number {
  return dark[channel] + lightness * (light[channel] - dark[channel])
}

/** A straight bar of one colour across a part of the image. */
function bar(random: Stream, between: (range: Range) => number): { canvas: Canvas; colour: Colour } {
  const canvas = emptyCanvas(TEXTURE_SIDE)
  const [x, y] = [TEXTURE_SIDE * random.uniform(), TEXTURE_SIDE * random.uniform()]
  const reach = () => VARIATION.barReach * (2 * random.uniform() - 1)
  drawPath(canvas, [x, y, x + reach(), y + reach()], between(VARIATION.barRadius), 1)
  return { canvas, colour: [random.uniform(), random.uniform(), random.uniform()] }
}
