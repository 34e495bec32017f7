import * as Plot from '@observablehq/plot'
import type { CellRecord, SearchTrace } from '../../results/index.ts'
import { grouped } from '../grouped.ts'
import { counted, seedOf, share } from '../words.ts'
import { caption, figureSvg, panel, type Panel } from './chart.ts'
import type { AbsentFigure, Draw, Figure } from './figure.ts'
import { legend } from './legend.ts'
import { seriesOf } from './series.ts'

const TITLE = 'Search traces'

/** Pictures of so many searches, and of so many seeds in each; the data has them all. */
const MOST = 12
const MOST_SEEDS = 3

interface Column {
  readonly name: string
  readonly label: string
  readonly scale: number
  readonly log?: boolean
}

/** How columns of the built-in searches are shown: those of the thesis' plots first. */
const known: readonly Column[] = [
  { name: 'averageAccuracy', label: 'average accuracy on the search set, %', scale: 1 },
  { name: 'accuracy', label: 'accuracy on the search set, %', scale: 1 },
  { name: 'best', label: 'best accuracy so far, %', scale: 1 },
  { name: 'hammingDistance', label: 'Hamming distance of a proposal', scale: 1 },
  { name: 'diversity', label: 'mean Hamming distance of two masks', scale: 1 },
  { name: 'temperature', label: 'temperature, points of accuracy', scale: 100, log: true },
  { name: 'upAcceptance', label: 'accepted among worse proposals, %', scale: 100 },
]

/** What all others are drawn against, and shares that say less than the acceptance does. */
const notDrawn = new Set(['evaluated', 'downShare', 'upShare', 'noShare'])
const MOST_COLUMNS = 6

function columnsOf(searched: readonly Searched[]): readonly Column[] {
  const names = new Set(searched.flatMap(({ trace }) => Object.keys(trace)))
  const others = [...names].filter((name) => !notDrawn.has(name) && !known.some((one) => one.name === name))
  return [
    ...known.filter(({ name }) => names.has(name)),
    ...others.map((name) => ({ name, label: name, scale: 1 })),
  ].slice(0, MOST_COLUMNS)
}

interface Searched {
  readonly cell: CellRecord
  readonly trace: SearchTrace
}

/** How searches went: accuracy, Hamming distance, temperature and acceptance over the masks evaluated. */
export const searchTraces: Draw = ({ results, details }): Figure | AbsentFigure => {
  const searched = results.cells.flatMap((cell): Searched[] => {
    const trace = details.traces.get(cell.id)
    return trace === undefined || rowsOf(trace) === 0 ? [] : [{ cell, trace }]
  })
  if (searched.length === 0) {
    return {
      title: TITLE,
      why: 'No search was run. Put one, such as simulated-annealing, into the criteria of the suite.',
    }
  }
  const all = [
    ...grouped(
      searched,
      ({ cell: { point } }) => `${point.criterion}, k = ${point.k}, ${share(point.sparsity)}`,
    ),
  ]
  const shown = all.slice(0, MOST)
  const series = seriesOf(results)
  const colourOf = (own: readonly Searched[]) =>
    series.find(({ criterion }) => criterion === own[0]?.cell.point.criterion)?.colour ?? 'currentColor'
  const seedsLeft = shown.some(([, own]) => own.length > MOST_SEEDS)
  return {
    title: TITLE,
    reading:
      'Over the masks evaluated, one line for each seed, or repeat of the search. A search sees its search set only, never the test set.',
    choices: shown.length > 1 ? [{ label: 'Search', options: shown.map(([option]) => option) }] : [],
    variants: shown.map(([option, own]) => ({
      picked: shown.length > 1 ? [option] : [],
      svg: draw(option, own.slice(0, MOST_SEEDS), colourOf(own)),
    })),
    data: dataOf(searched),
    leftOut:
      all.length > MOST || seedsLeft
        ? `Drawn are ${counted(shown.length, 'search', 'searches')} of ${all.length}, at most ${MOST_SEEDS} seeds of each; the data has all.`
        : null,
  }
}

function draw(option: string, searched: readonly Searched[], colour: string): string {
  const shown = columnsOf(searched)
  const ends = searched.map(({ cell, trace }) => {
    const accuracy = trace.best ?? trace.averageAccuracy ?? trace.accuracy ?? []
    return `${seedOf(cell.point)}: ${accuracy.at(-1)?.toFixed(1) ?? 'unknown'} % after ${rowsOf(trace)} logged moments`
  })
  return figureSvg(
    [
      caption(`${TITLE}: ${option}`, 'title'),
      ...(searched.length > 1
        ? [
            legend(
              searched.map(({ cell }, i) => ({
                name: seedOf(cell.point),
                colour,
                symbol: null,
                dash: 'none',
                opacity: opacityOf(i),
              })),
            ),
          ]
        : []),
      ...shown.flatMap((column, at) => [
        caption(column.label, 'part'),
        part(column, searched, colour, at === shown.length - 1),
      ]),
    ],
    `Line charts of a search, ${option}. ${ends.join('; ')}.`,
  )
}

function part(
  { name, scale, log }: Column,
  searched: readonly Searched[],
  colour: string,
  last: boolean,
): Panel {
  const lines = searched.map(({ trace }) => pointsOf(trace, name, scale))
  const values = lines.flat().map(([, y]) => y)
  const [least, greatest] = [Math.min(...values), Math.max(...values)]
  return panel({
    height: last ? 150 : 112,
    marginTop: 6,
    marginBottom: last ? 40 : 8,
    x: {
      label: last ? 'masks evaluated' : null,
      labelAnchor: 'center',
      labelArrow: 'none',
      ...(last ? {} : { axis: null }),
    },
    y: {
      label: null,
      grid: true,
      ticks: log === true ? 3 : 4,
      ...(log === true ? { type: 'log', tickFormat: '~g' } : {}),
      // A line that stays where it is has no scale of its own.
      ...(least === greatest ? { domain: [0.5 * least, 1.5 * greatest || 1] } : {}),
    },
    marks: lines.map((points, i) =>
      Plot.lineY(points, {
        x: '0',
        y: '1',
        stroke: colour,
        strokeOpacity: opacityOf(i),
        strokeWidth: 1.5,
      }),
    ),
  })
}

/** Seeds have their criterion's colour, each paler than the one before. */
function opacityOf(i: number): number {
  return [1, 0.65, 0.45, 0.32, 0.24][i] ?? 0.2
}

function pointsOf(trace: SearchTrace, name: string, scale: number): [number, number][] {
  return (trace[name] ?? []).map((value, i) => [trace.evaluated?.[i] ?? i, scale * value])
}

function rowsOf(trace: SearchTrace): number {
  return Math.max(0, ...Object.values(trace).map((column) => column.length))
}

function dataOf(searched: readonly Searched[]): Figure['data'] {
  const names = [...new Set(searched.flatMap(({ trace }) => Object.keys(trace)))]
  const repeated = searched.some(({ cell: { point } }) => point.searchSeed !== undefined)
  return {
    columns: ['criterion', 'k', 'sparsity', 'seed', ...(repeated ? ['search_seed'] : []), ...names],
    rows: searched.flatMap(({ cell: { point }, trace }) =>
      Array.from({ length: rowsOf(trace) }, (_, i) => [
        point.criterion,
        point.k,
        point.sparsity,
        point.seed,
        ...(repeated ? [point.searchSeed ?? null] : []),
        ...names.map((name) => trace[name]?.[i] ?? null),
      ]),
    ),
  }
}
