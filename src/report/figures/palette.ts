import { digest } from '../../values/digest.ts'

/** A colour on a light and on a dark ground. */
export interface Ink {
  /** The custom property that a page may set: what makes a figure follow its colour scheme. */
  readonly property: string
  readonly light: string
  readonly dark: string
}

/** How a criterion is drawn, wherever it is drawn: two criteria of one report never share both. */
export interface Look {
  readonly ink: Ink
  readonly symbol: PointSymbol
}

export type PointSymbol = (typeof symbols)[number]

/** Okabe and Ito's colours that show on white and, lightened, on black: apart also for colour-blind eyes. */
export const inks: readonly Ink[] = [
  ['#56b4e9', '#8fd3f7'],
  ['#cc79a7', '#dd8fbd'],
  ['#009e73', '#00b386'],
  ['#e69f00', '#e6b422'],
  ['#d55e00', '#e8702a'],
  ['#0072b2', '#3d94d6'],
].map(([light = '', dark = ''], i) => ({ property: `--ink-${i}`, light, dark }))

/** The unpruned control, reference lines and everything else that competes with nothing. */
export const neutral: Ink = { property: '--ink-neutral', light: '#6b6f76', dark: '#9aa0a8' }

const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const

/** Under this number no two criteria of a built-in suite want the same colour. */
const SALT = 5030

/**
 * The look of every criterion by its label. A label wants the same colour in every report; only where two want one, the
 * alphabetically later takes the next that is free. Beyond six criteria colours come again with other symbols.
 */
export function looksOf(labels: Iterable<string>): ReadonlyMap<string, Look> {
  const taken = new Set<number>()
  const looks = new Map<string, Look>()
  for (const label of [...new Set(labels)].sort()) {
    let place = wanted(label)
    // Places beyond the colours are further rounds through them.
    for (let tried = 0; taken.has(place); tried++) {
      const round = Math.floor(tried / inks.length)
      place = round * inks.length + ((wanted(label) + tried) % inks.length)
    }
    taken.add(place)
    const round = Math.floor(place / inks.length)
    const colour = place % inks.length
    looks.set(label, {
      ink: inks[colour] as Ink,
      symbol: symbols[(colour + round) % symbols.length] as PointSymbol,
    })
  }
  return looks
}

function wanted(label: string): number {
  return Number.parseInt(digest(`${SALT} ${label}`).slice(0, 8), 16) % inks.length
}

/** The colour as a figure says it: the page's where there is one, else that for a light ground. */
export function paintOf({ property, light }: Ink): string {
  return `var(${property},${light})`
}

/** The same figure for programs that know no custom properties. */
export function onPaper(svg: string): string {
  return svg.replace(/var\(--[\w-]+,\s*([^)]+)\)/g, '$1')
}
