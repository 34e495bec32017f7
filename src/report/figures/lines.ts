import * as Plot from '@observablehq/plot'
import { caption, figureSvg, panel } from './chart.ts'
import { legend } from './legend.ts'
import type { Line } from './mean-line.ts'

/** A line and how it is told from others. */
export interface NamedLine {
  readonly name: string
  readonly colour: string
  readonly dash: string
  readonly line: Line
}

/** Lines over a common x, without points. */
export function linesSvg(options: {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly log: boolean
  readonly lines: readonly NamedLine[]
}): string {
  const { title, x, y, log, lines } = options
  const xs = [...new Set(lines.flatMap(({ line }) => line.x))]
  const plot = panel({
    height: 340,
    marginTop: 30,
    x: {
      label: x,
      labelAnchor: 'center',
      labelArrow: 'none',
      ...(xs.length <= 12 ? { ticks: xs, tickFormat: 'd' } : {}),
    },
    y: {
      label: y,
      labelArrow: 'none',
      labelAnchor: 'top',
      grid: true,
      ...(log ? { type: 'log', tickFormat: '~g', ticks: 6 } : {}),
    },
    marks: lines.map(({ line, colour, dash }) =>
      Plot.lineY(line.y, {
        x: line.x,
        y: line.y,
        stroke: colour,
        strokeDasharray: dash,
        strokeWidth: 1.75,
      }),
    ),
  })
  const said = lines.map(
    ({ name, line }) => `${name} from ${line.y[0]?.toPrecision(3)} to ${line.y.at(-1)?.toPrecision(3)}`,
  )
  return figureSvg(
    [caption(title, 'title'), legend(lines.map((one) => ({ ...one, symbol: null }))), plot],
    `Line chart of ${y} over ${x}. ${said.join('; ')}.`,
  )
}
