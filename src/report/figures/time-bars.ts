import { duration, share } from '../words.ts'
import { bySparsity } from './by-sparsity.ts'
import { bars, type Bar } from './bars.ts'
import type { AbsentFigure, Draw, Figure } from './figure.ts'
import { neutral, paintOf } from './palette.ts'
import { seriesOf } from './series.ts'

const TITLE = 'Computing time of one cell'

/** What a cell costs to compute: its training, and what choosing its mask took. */
export const timeBars: Draw = ({ results }): Figure | AbsentFigure => {
  const { groups, identity } = results
  const timed = groups.filter(({ control, seconds }) => !control && seconds !== null)
  if (timed.length === 0) return { title: TITLE, why: 'Nothing has been computed yet. Run the suite.' }
  const sparsities = [...new Set(timed.map(({ sparsity }) => sparsity))]
  const control = groups.find((group) => group.control)
  return {
    title: TITLE,
    reading:
      'Seconds of all work that a cell needs, mean over seeds, as if it were the only one: work that cells share is counted in each. Measured while other work ran beside it.',
    ...bySparsity(sparsities, seriesOf(results), (sparsity, series) =>
      bars({
        title: `${TITLE} at ${share(sparsity)}: ${identity.suite}, profile ${identity.profile}`,
        label: 'seconds',
        from: 0,
        fromName: null,
        text: duration,
        bars: [
          ...(control?.seconds
            ? [
                {
                  name: 'unpruned',
                  colour: paintOf(neutral),
                  value: control.seconds.mean,
                  sd: control.seconds.sd,
                },
              ]
            : []),
          ...series.flatMap((one): Bar[] => {
            const seconds = one.groups.find((group) => group.sparsity === sparsity)?.seconds
            return seconds
              ? [{ name: one.name, colour: one.colour, value: seconds.mean, sd: seconds.sd }]
              : []
          }),
        ],
      }),
    ),
    data: {
      columns: ['criterion', 'k', 'sparsity', 'n', 'seconds_mean', 'seconds_sd'],
      rows: groups.flatMap(({ criterion, k, sparsity, seconds }) =>
        seconds === null ? [] : [[criterion, k, sparsity, seconds.n, seconds.mean, seconds.sd]],
      ),
    },
  }
}
