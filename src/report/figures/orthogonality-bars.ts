import type { Group } from '../../results/index.ts'
import { share } from '../words.ts'
import { bySparsity } from './by-sparsity.ts'
import { bars, type Bar } from './bars.ts'
import type { AbsentFigure, Draw, Figure } from './figure.ts'
import { seriesOf } from './series.ts'

const TITLE = 'Orthogonality score'

/** Scores of the masked initial weights, as bars that begin at the score of the full network. */
export const orthogonalityBars: Draw = ({ results }): Figure | AbsentFigure => {
  const { groups, identity } = results
  const full = groups.find(({ control }) => control)?.orthogonality ?? null
  const pruned = groups.filter(({ control, orthogonality }) => !control && orthogonality !== null)
  if (pruned.length === 0) {
    return {
      title: TITLE,
      why: 'It is defined for fully connected layers whose single weights are pruned, and no cell here has one.',
    }
  }
  const sparsities = [...new Set(pruned.map(({ sparsity }) => sparsity))]
  const from = full?.mean ?? 0
  return {
    title: TITLE,
    reading: `Sum over layers of the mean squared entry of WᵀW − I, of the masked initial weights; lower is closer to orthonormal. Mean over seeds; thin lines are one sample standard deviation each way. ${
      full
        ? `Bars begin at the full network's ${full.mean.toPrecision(4)}, so their length is what pruning changed.`
        : ''
    }`,
    ...bySparsity(sparsities, seriesOf(results), (sparsity, series) =>
      bars({
        title: `${TITLE} at ${share(sparsity)}: ${identity.model.name}`,
        label: 'orthogonality score',
        from,
        fromName: full ? 'unpruned' : null,
        text: (value) => value.toPrecision(4),
        bars: series.flatMap((one): Bar[] => {
          const score = at(one.groups, sparsity)?.orthogonality
          return score ? [{ name: one.name, colour: one.colour, value: score.mean, sd: score.sd }] : []
        }),
      }),
    ),
    data: {
      columns: ['criterion', 'k', 'sparsity', 'n', 'mean', 'sd', 'ci95_low', 'ci95_high'],
      rows: groups.flatMap(({ criterion, k, sparsity, orthogonality: score }) =>
        score === null
          ? []
          : [
              [
                criterion,
                k,
                sparsity,
                score.n,
                score.mean,
                score.sd,
                score.ci95?.[0] ?? null,
                score.ci95?.[1] ?? null,
              ],
            ],
      ),
    },
  }
}

function at(groups: readonly Group[], sparsity: number): Group | undefined {
  return groups.find((group) => group.sparsity === sparsity)
}
