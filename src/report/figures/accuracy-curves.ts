import * as Plot from '@observablehq/plot'
import type { AccuracyName, Group, Statistic } from '../../results/index.ts'
import { merits } from '../../values/merit.ts'
import { counted, share, together } from '../words.ts'
import { caption, figureSvg, panel } from './chart.ts'
import type { AbsentFigure, Draw, Figure, FigureSource, Variant } from './figure.ts'
import { legend, type Legend } from './legend.ts'
import { neutral, paintOf } from './palette.ts'
import { panelsOf, seriesOf, type Series } from './series.ts'

const TITLE = 'Accuracy against sparsity'

/** Operating points that a trade-off curve should have. */
const ENOUGH = 5

/** What networks are placed by, from left to right. */
interface Across {
  readonly option: string
  readonly label: string
  readonly of: (group: Group) => number | null
  readonly log: boolean
}

const across: readonly Across[] = [
  {
    option: 'sparsity',
    label: 'achieved sparsity',
    of: ({ achievedSparsity }) => mean(achievedSparsity),
    log: false,
  },
  {
    option: 'parameters',
    label: 'trained parameters left',
    of: ({ parameters }) => mean(parameters),
    log: true,
  },
  { option: 'MACs', label: 'multiply-adds per image', of: ({ macs }) => mean(macs), log: true },
  {
    option: 'latency',
    label: 'measured latency in ms',
    of: ({ latency }) => mean(latency.deleted),
    log: false,
  },
]

/** Which accuracy is shown. */
interface Upwards {
  readonly option: string
  readonly label: string
  readonly of: (group: Group) => Statistic | null
}

const options: Readonly<Record<AccuracyName, string>> = {
  last: 'last epoch',
  validationSelected: 'validation-selected',
  bestOnTest: 'best on test (too high)',
  search: 'search set',
  validation: 'held-out',
  atK: 'untrained at k',
  rewind: 'untrained, rewound',
}

/** The suite's figure of merit first, then the other accuracies of trained networks. */
function upwards({ results }: FigureSource): readonly Upwards[] {
  const names: readonly AccuracyName[] = [results.identity.merit, 'last', 'validationSelected', 'bestOnTest']
  return [...new Set(names)].map((name) => ({
    option: options[name],
    label: `${name === 'bestOnTest' ? 'best test accuracy of all epochs, chosen on the test set' : merits[name]}, %`,
    of: (group) => group[name],
  }))
}

/** The trade-off curves: accuracy of every criterion against what is left of the network. */
export const accuracyCurves: Draw = (source): Figure | AbsentFigure => {
  const all = seriesOf(source.results)
  const pruned = all.flatMap(({ groups }) => groups)
  const xs = across.filter(({ of }) => pruned.some((group) => of(group) !== null))
  const ys = upwards(source).filter(({ of }) => pruned.some((group) => of(group) !== null))
  if (xs.length === 0 || ys.length === 0) {
    return { title: TITLE, why: 'No pruned network has been trained yet. Run the suite to the end.' }
  }
  const parts = panelsOf(all)
  const variants = parts.flatMap(({ k, series }) =>
    ys.flatMap((y) =>
      xs.map((x): Variant => ({
        picked: [...(k === null ? [] : [`k = ${k}`]), x.option, y.option],
        svg: draw(series, x, y, source),
      })),
    ),
  )
  const operating = new Set(pruned.map(({ sparsity }) => sparsity)).size
  const missing = across.filter((x) => !xs.includes(x)).map(({ option }) => option)
  return {
    title: TITLE,
    reading: [
      'Mean over seeds; bars are one sample standard deviation each way.',
      'The dashed grey line is the unpruned network, trained with the same budget.',
      pruned.some(({ statuses }) => statuses.collapsed > 0)
        ? 'A × at the bottom marks networks that collapsed: no path is left from input to output.'
        : '',
      operating < ENOUGH
        ? `Only ${counted(operating, 'sparsity', 'sparsities')}: a trade-off is told by ${ENOUGH} or more.`
        : '',
      missing.length > 0
        ? `Not measured here: ${together(missing)}${missing.includes('latency') && source.results.identity.granularity === 'filter' ? ' (set latencyBatch in the suite)' : ''}.`
        : '',
    ]
      .filter((text) => text !== '')
      .join(' '),
    choices: [
      ...(parts.length > 1 ? [{ label: 'Masks chosen at', options: parts.map(({ k }) => `k = ${k}`) }] : []),
      { label: 'Across', options: xs.map(({ option }) => option) },
      { label: 'Up', options: ys.map(({ option }) => option) },
    ],
    variants,
    data: {
      columns: [
        'criterion',
        'k',
        'sparsity_requested',
        'sparsity_achieved',
        'parameters',
        'macs',
        'latency_ms',
        'accuracy',
        'n',
        'mean',
        'sd',
        'ci95_low',
        'ci95_high',
      ],
      rows: source.results.groups.flatMap((group) =>
        ys.flatMap((y) => {
          const statistic = y.of(group)
          if (statistic === null) return []
          const { n, mean: value, sd, ci95 } = statistic
          return [
            [
              group.criterion,
              group.k,
              group.sparsity,
              ...across.map(({ of }) => of(group)),
              y.option,
              n,
              value,
              sd,
              ci95?.[0] ?? null,
              ci95?.[1] ?? null,
            ],
          ]
        }),
      ),
    },
    leftOut: null,
  }
}

function draw(series: readonly Series[], x: Across, y: Upwards, { results }: FigureSource): string {
  const control = results.groups.find((group) => group.control)
  const level = control && y.of(control)
  const lines = series.map((one) => ({ one, points: pointsOf(one, x, y) }))
  const values = lines.flatMap(({ points }) => points)
  const lowest = Math.min(...values.map(({ low }) => low), ...(level ? [level.mean] : []))
  const highest = Math.max(...values.map(({ high }) => high), ...(level ? [level.mean] : []))
  const pad = Math.max(0.05, 0.05 * (highest - lowest))
  const bottom = lowest - pad
  const grey = paintOf(neutral)
  const positions = values.map((point) => point.x)
  const log = x.log && Math.min(...positions) > 0
  const ticks = [...new Set(positions)].sort((a, b) => a - b)
  const plot = panel({
    height: 380,
    marginTop: 30,
    x: {
      label: x.label,
      type: log ? 'log' : 'linear',
      inset: 14,
      grid: false,
      labelArrow: 'none',
      labelAnchor: 'center',
      ...(x.option === 'sparsity'
        ? { tickFormat: share, ...(ticks.length <= 8 ? { ticks: requested(series) } : {}) }
        : log
          ? { ticks: 6, tickFormat: 's' }
          : {}),
    },
    y: {
      label: y.label,
      labelArrow: 'none',
      labelAnchor: 'top',
      grid: true,
      domain: [bottom, Math.min(highest + pad, Math.max(highest, 100))],
    },
    marks: [
      ...(level
        ? [Plot.ruleY([level.mean], { stroke: grey, strokeWidth: 1.5, strokeDasharray: '5 4' })]
        : []),
      ...lines.flatMap(({ one, points }) => [
        Plot.ruleX(points, { x: 'x', y1: 'low', y2: 'high', stroke: one.colour, strokeWidth: 1.25 }),
        Plot.lineY(points, {
          x: 'x',
          y: 'mean',
          stroke: one.colour,
          strokeWidth: 2,
          strokeDasharray: one.dash,
        }),
        Plot.dot(points, { x: 'x', y: 'mean', fill: one.colour, symbol: one.symbol, r: 4.5 }),
      ]),
      ...series.flatMap((one) => {
        const lost = x.option === 'sparsity' ? one.groups.filter(isCollapsed) : []
        return [Plot.dot(lost, { x: 'sparsity', y: bottom, stroke: one.colour, symbol: 'times', r: 5 })]
      }),
    ],
  })
  const entries: Legend[] = [
    ...series.map(({ name, colour, symbol, dash }) => ({ name, colour, symbol, dash })),
    ...(level ? [{ name: 'unpruned', colour: grey, symbol: null, dash: '5 4' }] : []),
  ]
  return figureSvg(
    [
      caption(
        `Accuracy against ${x.option}: ${results.identity.model.name} on ${results.identity.data.name}`,
        'title',
      ),
      legend(entries),
      plot,
    ],
    alternative(lines, x, y),
  )
}

interface Point {
  readonly x: number
  readonly mean: number
  readonly low: number
  readonly high: number
}

function pointsOf({ groups }: Series, x: Across, y: Upwards): Point[] {
  return groups.flatMap((group) => {
    const [at, statistic] = [x.of(group), y.of(group)]
    if (at === null || statistic === null) return []
    const sd = statistic.sd ?? 0
    return [{ x: at, mean: statistic.mean, low: statistic.mean - sd, high: statistic.mean + sd }]
  })
}

function requested(series: readonly Series[]): number[] {
  return [...new Set(series.flatMap(({ groups }) => groups.map(({ sparsity }) => sparsity)))].sort(
    (a, b) => a - b,
  )
}

function isCollapsed({ statuses }: Group): boolean {
  return statuses.ok === 0 && statuses.collapsed > 0
}

function alternative(
  lines: readonly { one: Series; points: readonly Point[] }[],
  x: Across,
  y: Upwards,
): string {
  const said = lines.flatMap(({ one, points }) => {
    const [first, last] = [points[0], points.at(-1)]
    if (first === undefined || last === undefined) return []
    const ends =
      first === last ? first.mean.toFixed(2) : `${first.mean.toFixed(2)} to ${last.mean.toFixed(2)}`
    return [`${one.name} ${ends}`]
  })
  return `Line chart. Up: ${y.label}. Across: ${x.label}. From left to right by growing sparsity: ${said.join('; ')}.`
}

function mean(statistic: Statistic | null): number | null {
  return statistic && statistic.mean
}
