import * as Plot from '@observablehq/plot'
import { textWidth } from '../text-width.ts'
import { caption, figureSvg, panel, WIDTH } from './chart.ts'
import { legend, type Legend } from './legend.ts'
import { neutral, paintOf } from './palette.ts'

/** Values of something named, one for each part that has one. */
export interface DotRow {
  readonly name: string
  readonly colour: string
  readonly values: readonly (number | null)[]
  /** Reaches so far each way around the first value. */
  readonly spread?: number | null
}

export interface DotsOptions {
  readonly title: string
  /** What is measured, with its unit. */
  readonly label: string
  /** What a row's values are, in their order: at most three. */
  readonly parts: readonly string[]
  /** A value that all are compared with. */
  readonly reference: { readonly name: string; readonly value: number } | null
  readonly text: (value: number) => string
  readonly rows: readonly DotRow[]
  readonly most?: number
}

const looks = [
  { symbol: 'circle', hollow: false },
  { symbol: 'circle', hollow: true },
  { symbol: 'diamond', hollow: true },
] as const

/** Rows of points on one scale, joined where a row has several. */
export function dots({ title, label, parts, reference, text, rows, most = Infinity }: DotsOptions): string {
  const points = rows.flatMap(({ name, colour, values }) =>
    values.flatMap((value, part) => (value === null ? [] : [{ name, colour, value, part }])),
  )
  const spans = rows.flatMap(({ name, colour, values, spread }) => {
    const present = values.filter((value) => value !== null)
    const reach = spread ?? 0
    const [low, high] = [Math.min(...present) - reach, Math.max(...present) + reach]
    return present.length > 0 && low < high ? [{ name, colour, low, high }] : []
  })
  const ends = [
    ...points.map(({ value }) => value),
    ...spans.flatMap(({ low, high }) => [low, high]),
    ...(reference ? [reference.value] : []),
  ]
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)]
  const pad = 0.08 * (greatest - least) || Math.abs(greatest) * 0.02 || 1
  const names = rows.map(({ name }) => name)
  const grey = paintOf(neutral)
  const plot = panel({
    height: 56 + 28 * names.length,
    marginLeft: Math.min(WIDTH / 2, 24 + 6.8 * Math.max(...names.map(textWidth))),
    marginTop: 6,
    x: {
      label,
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      domain: [least - pad, Math.min(most, greatest + pad)],
    },
    y: { domain: names, label: null, tickSize: 0 },
    marks: [
      ...(reference ? [Plot.ruleX([reference.value], { stroke: grey, strokeWidth: 1.5 })] : []),
      Plot.link(spans, { x1: 'low', x2: 'high', y1: 'name', y2: 'name', stroke: 'colour', strokeWidth: 1.5 }),
      ...parts.map((_, part) => {
        const own = points.filter((point) => point.part === part)
        const { symbol, hollow } = looks[part] ?? looks[0]
        const style = hollow
          ? { stroke: 'colour', fill: 'none', strokeWidth: 2, r: 6.5 }
          : { fill: 'colour', r: 5 }
        return Plot.dot(own, { x: 'value', y: 'name', symbol, ...style })
      }),
    ],
  })
  const entries: Legend[] = [
    ...(reference
      ? [{ name: `${reference.name} ${text(reference.value)}`, colour: grey, symbol: null, dash: 'none' }]
      : []),
    ...parts.map((name, part) => ({ name, colour: grey, dash: null, ...(looks[part] ?? looks[0]) })),
  ]
  const said = points.map(({ name, value, part }) => `${name} ${parts[part]} ${text(value)}`)
  return figureSvg(
    [caption(title, 'title'), legend(entries), plot],
    `Dot chart of ${label}. ${said.join('; ')}.`,
  )
}
