import type { CellRecord } from '../../results/index.ts'
import { grouped } from '../grouped.ts'
import { share } from '../words.ts'
import { bySparsity } from './by-sparsity.ts'
import { linesSvg, type NamedLine } from './lines.ts'
import type { AbsentFigure, Draw, Figure, FigureSource } from './figure.ts'
import { meanLine, type Line } from './mean-line.ts'
import { neutral, paintOf } from './palette.ts'
import { seriesOf, type Series } from './series.ts'

/** Enough for a line of a figure's width to look like itself. */
const POINTS = 60

/** A line that every trained cell has. */
interface Kind {
  readonly title: string
  readonly reading: string
  readonly x: string
  readonly y: string
  readonly log: boolean
  readonly columns: readonly [x: string, y: string]
  readonly of: (cell: CellRecord, source: FigureSource) => Line | undefined
  readonly why: string
}

/** Training loss of the first iterations: how fast a mask's network learns from the start that all have in common. */
export const firstLosses: Draw = (source) =>
  linesOf(source, {
    title: 'Loss of the first iterations',
    reading:
      'Training loss, mean over seeds, each point a mean over neighbouring iterations, on a logarithmic scale. All masks of a seed begin at the same initial weights and see the same batches.',
    x: 'iteration',
    y: 'training loss',
    log: true,
    columns: ['iteration', 'training_loss'],
    of: ({ id }, { details }) => {
      const found = details.losses.get(id)
      return found && { x: found.iterations, y: found.loss }
    },
    why: 'No trained cell has kept the losses of its first iterations yet. Run the suite to the end.',
  })

/** Training loss of every epoch. */
export const epochLosses: Draw = (source) =>
  linesOf(source, {
    title: 'Loss of every epoch',
    reading: 'Mean training loss over an epoch, mean over seeds, on a logarithmic scale.',
    x: 'epoch',
    y: 'training loss',
    log: true,
    columns: ['epoch', 'training_loss'],
    of: ({ curve }) => ({ x: curve.map(({ epoch }) => epoch), y: curve.map(({ loss }) => loss) }),
    why: 'No cell has been trained for two epochs yet. Run the suite to the end.',
  })

/** Validation accuracy of every epoch. */
export const epochAccuracies: Draw = (source) =>
  linesOf(source, {
    title: 'Validation accuracy of every epoch',
    reading: 'On training images that were held out, mean over seeds. The epoch is chosen by this line.',
    x: 'epoch',
    y: 'validation accuracy, %',
    log: false,
    columns: ['epoch', 'validation_accuracy'],
    of: ({ curve }) => {
      const points = curve.flatMap(({ epoch, validation }) => (validation ? [{ epoch, validation }] : []))
      return {
        x: points.map(({ epoch }) => epoch),
        y: points.map(({ validation }) => (100 * validation.correct) / validation.total),
      }
    },
    why: 'No validation images are held out. Set training.validation in the suite.',
  })

function linesOf(source: FigureSource, kind: Kind): Figure | AbsentFigure {
  const { groups, cells, identity } = source.results
  const byGroup = grouped(cells, ({ point }) => groupKey(point))
  const means = new Map<string, Line>()
  for (const [key, own] of byGroup) {
    const lines = own.map((cell) => kind.of(cell, source)).filter((line) => line !== undefined)
    const mean = meanLine(
      lines.filter(({ x }) => x.length > 1),
      POINTS,
    )
    if (mean.x.length > 0) means.set(key, mean)
  }
  const drawn = groups.filter((group) => means.has(groupKey(group)))
  const sparsities = [...new Set(drawn.flatMap(({ control, sparsity }) => (control ? [] : [sparsity])))]
  if (sparsities.length === 0) return { title: kind.title, why: kind.why }
  const control = drawn.find((group) => group.control)
  const unpruned: NamedLine[] = control
    ? [
        {
          name: 'unpruned',
          colour: paintOf(neutral),
          dash: '5 4',
          line: means.get(groupKey(control)) as Line,
        },
      ]
    : []
  const at = (sparsity: number, { criterion, k, name, colour, dash }: Series): NamedLine[] => {
    const line = means.get(groupKey({ criterion, k, sparsity }))
    return line ? [{ name, colour, dash, line }] : []
  }
  return {
    title: kind.title,
    reading: kind.reading,
    ...bySparsity(sparsities, seriesOf(source.results), (sparsity, series) =>
      linesSvg({
        ...kind,
        title: `${kind.title} at ${share(sparsity)}: ${identity.model.name} on ${identity.data.name}`,
        lines: [...series.flatMap((one) => at(sparsity, one)), ...unpruned],
      }),
    ),
    data: {
      columns: ['criterion', 'k', 'sparsity', 'seeds', ...kind.columns],
      rows: drawn.flatMap((group) => {
        const { x, y } = means.get(groupKey(group)) as Line
        return x.map((value, i) => [
          group.criterion,
          group.k,
          group.sparsity,
          group.statuses.ok,
          value,
          y[i] as number,
        ])
      }),
    },
  }
}

function groupKey({
  criterion,
  k,
  sparsity,
}: Pick<CellRecord['point'], 'criterion' | 'k' | 'sparsity'>): string {
  return JSON.stringify([criterion, k, sparsity])
}
