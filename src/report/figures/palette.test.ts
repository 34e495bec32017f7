import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import cnn from '../../../suites/cnn.suite.ts'
import mlp from '../../../suites/mlp.suite.ts'
import search from '../../../suites/search.suite.ts'
import { inks, looksOf, neutral, onPaper, paintOf } from './palette.ts'

const suites = { mlp, cnn, search }

/** The labels of a suite's own criteria, those of profiles apart. */
function labels(suite: (typeof suites)[keyof typeof suites]): string[] {
  return suite.settings.criteria.map((use) => (typeof use === 'string' ? use : (use.label ?? use.criterion)))
}

test.each(Object.entries(suites))('criteria of the suite %s have colours of their own', (_, suite) => {
  const looks = [...looksOf(labels(suite)).values()]
  expect(new Set(looks.map(({ ink }) => ink.property)).size).toBe(looks.length)
})

test('a criterion has the same colour in every suite', () => {
  const all = Object.values(suites).map((suite) => looksOf(labels(suite)))
  for (const label of Object.values(suites).flatMap(labels)) {
    const own = all.flatMap((looks) => looks.get(label) ?? [])
    expect(new Set(own.map(({ ink }) => ink.light)), label).toHaveLength(1)
  }
})

test('any number of criteria: no two share colour and symbol, whatever the order', () => {
  const names = Array.from({ length: 30 }, (_, i) => `criterion ${i}`)
  const looks = looksOf(names)
  expect(new Set([...looks.values()].map(({ ink, symbol }) => `${ink.property} ${symbol}`)).size).toBe(30)
  expect(looksOf(names.toReversed())).toEqual(looks)
  // The first six have the six colours.
  expect(new Set([...looksOf(names.slice(0, 6)).values()].map(({ ink }) => ink.light)).size).toBe(6)
})

test('on paper there are no custom properties', () => {
  expect(onPaper(`<g stroke="${paintOf(neutral)}" fill="${paintOf(inks[0] ?? neutral)}">`)).toBe(
    '<g stroke="#6b6f76" fill="#56b4e9">',
  )
})

type Triple = readonly [number, number, number]

function linear(hex: string): Triple {
  const channel = (at: number) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

const times = (matrix: readonly Triple[], [a, b, c]: Triple): Triple =>
  matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Triple

/** CIE L*a*b* of linear sRGB under D65. */
function lab(colour: Triple): Triple {
  const xyz = times(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041],
    ],
    colour,
  )
  const white = [0.95047, 1, 1.08883]
  const [x, y, z] = xyz.map((v, i) => {
    const t = v / (white[i] as number)
    return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116
  }) as unknown as Triple
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

/** Machado, Oliveira and Fernandes 2009, severity 1. */
const visions: Readonly<Record<string, readonly Triple[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

test.each(Object.entries(visions))('colours are apart under %s', (_, matrix) => {
  const seen = (hex: string) =>
    lab(times(matrix, linear(hex)).map((c) => Math.min(1, Math.max(0, c))) as unknown as Triple)
  for (const scheme of ['light', 'dark'] as const) {
    const colours = inks.map((ink) => seen(ink[scheme]))
    const distances = colours.flatMap((a, i) =>
      colours.slice(i + 1).map((b) => Math.hypot(...a.map((x, axis) => x - (b[axis] as number)))),
    )
    // Ten times what can just be seen; symbols tell apart the rest.
    expect(Math.min(...distances)).toBeGreaterThan(13)
  }
})

function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [red, green, blue] = linear(hex)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

test('text of the page has a contrast of 4.5 in both schemes, on both grounds', () => {
  const css = readFileSync(new URL('../page/style.css', import.meta.url), 'utf8')
  const found = [...css.matchAll(/--(\w+): light-dark\((#\w{6}), (#\w{6})\)/g)]
  const colours = new Map(found.map(([, name, light, dark]) => [name, [light, dark] as [string, string]]))
  for (const name of ['text', 'quiet', 'link', 'bad', 'warn', 'good']) {
    for (const ground of ['ground', 'raised']) {
      const [text, below] = [colours.get(name), colours.get(ground)]
      if (!text || !below) throw new Error(`no colour ${name} or ${ground}`)
      for (const scheme of [0, 1] as const)
        expect(contrast(text[scheme], below[scheme]), `${name} on ${ground}`).toBeGreaterThan(4.5)
    }
  }
})
