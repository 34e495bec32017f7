import type { Statistic } from '../../results/index.ts'
import { share } from '../words.ts'
import { bySparsity } from './by-sparsity.ts'
import { dots } from './dots.ts'
import type { AbsentFigure, Draw, Figure } from './figure.ts'
import { seriesOf } from './series.ts'

const TITLE = 'Requested, achieved and effective sparsity'

/** What was asked for, what masks have, and what is left on a path from input to output. */
export const sparsityDots: Draw = ({ results }): Figure | AbsentFigure => {
  const masked = results.groups.filter(
    ({ control, achievedSparsity }) => !control && achievedSparsity !== null,
  )
  if (masked.length === 0)
    return { title: TITLE, why: 'No mask has been chosen yet. Run the suite to the end.' }
  const sparsities = [...new Set(masked.map(({ sparsity }) => sparsity))]
  const effective = masked.some(({ effectiveSparsity }) => effectiveSparsity !== null)
  const what = results.identity.granularity === 'filter' ? 'filters' : 'weights'
  return {
    title: TITLE,
    reading: `Counted over maskable ${what}, mean over seeds. ${
      effective
        ? `Effective: ${what} on no path from input to output count as pruned, too.`
        : 'The effective sparsity is not known: the model does not tell its structure. Build it with sequential(…).'
    }`,
    ...bySparsity(sparsities, seriesOf(results), (sparsity, series) =>
      dots({
        title: `${TITLE}: ${share(sparsity)} asked for`,
        label: `${what} pruned, %`,
        parts: ['achieved', ...(effective ? ['effective'] : [])],
        reference: { name: 'requested', value: 100 * sparsity },
        text: (value) => `${value.toFixed(2)} %`,
        most: 100,
        rows: series.flatMap(({ name, colour, groups }) => {
          const group = groups.find((candidate) => candidate.sparsity === sparsity)
          if (!group?.achievedSparsity) return []
          const values = [
            percent(group.achievedSparsity),
            ...(effective ? [percent(group.effectiveSparsity)] : []),
          ]
          return [{ name, colour, values }]
        }),
      }),
    ),
    data: {
      columns: ['criterion', 'k', 'requested', 'achieved', 'effective'],
      rows: masked.map(({ criterion, k, sparsity, achievedSparsity, effectiveSparsity }) => [
        criterion,
        k,
        sparsity,
        achievedSparsity?.mean ?? null,
        effectiveSparsity?.mean ?? null,
      ]),
    },
  }
}

function percent(statistic: Statistic | null): number | null {
  return statistic && 100 * statistic.mean
}
