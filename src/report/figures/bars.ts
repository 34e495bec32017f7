import * as Plot from '@observablehq/plot'
import { textWidth } from '../text-width.ts'
import { caption, figureSvg, panel, WIDTH } from './chart.ts'
import { legend, type Legend } from './legend.ts'
import { neutral, paintOf } from './palette.ts'

/** One bar: a value of something named. */
export interface Bar {
  readonly name: string
  readonly colour: string
  readonly value: number
  readonly sd: number | null
  /** Which of several bars of one name it is; paler from the second on. */
  readonly part?: string
}

export interface BarsOptions {
  readonly title: string
  /** What is measured, with its unit. */
  readonly label: string
  /** Where bars begin. */
  readonly from: number
  /** What that value is of, where it is of something. */
  readonly fromName: string | null
  readonly text: (value: number) => string
  readonly bars: readonly Bar[]
}

const LETTER = 6.8
const THICK = 20

/** Horizontal bars with their values written at their ends. */
export function bars({ title, label, from, fromName, text, bars: all }: BarsOptions): string {
  const names = [...new Set(all.map(({ name }) => name))]
  const parts = [...new Set(all.map(({ part }) => part ?? ''))]
  const high = (bar: Bar) => bar.value + (bar.sd ?? 0)
  const low = (bar: Bar) => bar.value - (bar.sd ?? 0)
  const ends = [from, ...all.map(high), ...all.map(low)]
  const [least, most] = [Math.min(...ends), Math.max(...ends)]
  const span = most - least || Math.abs(most) || 1
  const left = Math.min(WIDTH / 2, 24 + LETTER * Math.max(...names.map(textWidth)))
  const opacity = (part = '') => 1 - 0.6 * (parts.indexOf(part) / Math.max(1, parts.length - 1))
  const grey = paintOf(neutral)
  const plot = panel({
    height: 46 + names.length * (THICK * parts.length + 8),
    marginLeft: left,
    // Room for the values at the bars' ends.
    marginRight: 76,
    marginTop: 6,
    x: {
      label,
      domain: [least - (least < from ? 0.06 * span : 0), most],
      labelArrow: 'none',
      labelAnchor: 'center',
      grid: true,
      nice: from === 0,
    },
    y: {
      label: null,
      domain: parts.length > 1 ? parts : names,
      axis: parts.length > 1 ? null : 'left',
      tickSize: 0,
      padding: 0.12,
    },
    ...(parts.length > 1 ? { fy: { label: null, domain: names, axis: 'left', padding: 0.16 } } : {}),
    marks: [
      Plot.barX(all, {
        x1: from,
        x2: 'value',
        y: parts.length > 1 ? 'part' : 'name',
        ...(parts.length > 1 ? { fy: 'name' } : {}),
        fill: 'colour',
        fillOpacity: ({ part }: Bar) => opacity(part),
      }),
      Plot.ruleY(
        all.filter(({ sd }) => sd !== null),
        {
          x1: low,
          x2: high,
          y: parts.length > 1 ? 'part' : 'name',
          ...(parts.length > 1 ? { fy: 'name' } : {}),
          stroke: 'currentColor',
          strokeWidth: 1,
        },
      ),
      Plot.text(all, {
        x: (bar: Bar) => Math.max(high(bar), from),
        y: parts.length > 1 ? 'part' : 'name',
        ...(parts.length > 1 ? { fy: 'name' } : {}),
        text: ({ value }: Bar) => text(value),
        textAnchor: 'start',
        dx: 6,
      }),
      Plot.ruleX([from], { stroke: grey, strokeWidth: 1.5 }),
    ],
  })
  const entries: Legend[] = [
    ...(fromName === null
      ? []
      : [{ name: `${fromName}: ${text(from)}`, colour: grey, symbol: null, dash: 'none' }]),
    ...(parts.length > 1
      ? parts.map((part) => ({
          name: part,
          colour: grey,
          symbol: 'square' as const,
          dash: null,
          opacity: opacity(part),
        }))
      : []),
  ]
  const said = all.map(
    ({ name, part, value }) => `${name}${part === undefined ? '' : ` ${part}`} ${text(value)}`,
  )
  return figureSvg(
    [caption(title, 'title'), ...(entries.length > 0 ? [legend(entries)] : []), plot],
    `Bar chart of ${label}. ${said.join('; ')}.`,
  )
}
