import type { Group, Statistic } from '../../results/index.ts'
import { share } from '../words.ts'
import { bySparsity } from './by-sparsity.ts'
import { dots } from './dots.ts'
import type { AbsentFigure, Draw, Figure } from './figure.ts'
import { seriesOf } from './series.ts'

const TITLE = 'Search set against unseen images'

/** How much of a search's accuracy is fitted to the images it looked at. */
export const searchGapDots: Draw = ({ results }): Figure | AbsentFigure => {
  const searched = results.groups.filter(({ search }) => search !== null)
  if (searched.length === 0) {
    return {
      title: TITLE,
      why: results.cells.some(({ evaluatedMasks }) => evaluatedMasks > 0)
        ? 'No cell with a search is complete yet. Run the suite to the end.'
        : 'No search was run. Put one, such as simulated-annealing, into the criteria of the suite.',
    }
  }
  const sets = new Map(results.identity.criteria.map(({ label, searchSet }) => [label, searchSet]))
  const validated = searched.some(({ validation }) => validation !== null)
  const values = (group: Group) =>
    [group.search, group.atK, ...(validated ? [group.validation] : [])].map(mean)
  return {
    title: TITLE,
    reading:
      'Accuracy of the masks that searches returned, untrained, at the weights after k: on the images the search looked at, and on images it never saw. The distance is overfitting to the search set. Mean over seeds.',
    ...bySparsity(
      [...new Set(searched.map(({ sparsity }) => sparsity))],
      seriesOf(results),
      (sparsity, series) =>
        dots({
          title: `${TITLE}, ${share(sparsity)} pruned`,
          label: 'accuracy untrained, %',
          parts: ['search set', 'test set', ...(validated ? ['validation set'] : [])],
          reference: null,
          text: (value) => `${value.toFixed(1)} %`,
          most: 100,
          rows: series.flatMap(({ name, colour, groups }) => {
            const group = groups.find(
              (candidate) => candidate.sparsity === sparsity && candidate.search !== null,
            )
            return group ? [{ name, colour, values: values(group) }] : []
          }),
        }),
    ),
    data: {
      columns: [
        'criterion',
        'k',
        'sparsity',
        'search_set',
        'n',
        'search',
        'test',
        'validation',
        'search_minus_test',
      ],
      rows: searched.map((group) => [
        group.criterion,
        group.k,
        group.sparsity,
        sets.get(group.criterion) ?? null,
        group.search?.n ?? null,
        mean(group.search),
        mean(group.atK),
        mean(group.validation),
        group.search && group.atK && group.search.mean - group.atK.mean,
      ]),
    },
  }
}

function mean(statistic: Statistic | null): number | null {
  return statistic && statistic.mean
}
