import { share } from '../words.ts'
import { bySparsity } from './by-sparsity.ts'
import { dots } from './dots.ts'
import type { AbsentFigure, Draw, Figure } from './figure.ts'
import { seriesOf } from './series.ts'

const TITLE = 'Singular values of the Jacobian at the start'

/** How signals pass through the masked network before it is trained. */
export const jacobianDots: Draw = ({ results }): Figure | AbsentFigure => {
  const { groups, identity } = results
  const known = groups.filter(({ control, jacobianMean }) => !control && jacobianMean !== null)
  if (known.length === 0) {
    return {
      title: TITLE,
      why: 'They are computed where the suite asks for them. Set jacobian: { images: 16 } in the suite.',
    }
  }
  const full = groups.find(({ control }) => control)?.jacobianMean ?? null
  return {
    title: TITLE,
    reading:
      'Singular values of ∂logits/∂x of the masked network at its initial weights: their mean, lines reach one standard deviation of the singular values each way; mean over seeds. Near 1 with little spread signals neither vanish nor grow.',
    ...bySparsity(
      [...new Set(known.map(({ sparsity }) => sparsity))],
      seriesOf(results),
      (sparsity, series) =>
        dots({
          title: `${TITLE}, ${share(sparsity)} pruned: ${identity.model.name}`,
          label: 'singular value',
          parts: ['mean'],
          reference: full && { name: 'unpruned', value: full.mean },
          text: (value) => value.toPrecision(3),
          rows: series.flatMap(({ name, colour, groups: own }) => {
            const group = own.find((candidate) => candidate.sparsity === sparsity)
            if (!group?.jacobianMean) return []
            return [
              { name, colour, values: [group.jacobianMean.mean], spread: group.jacobianSd?.mean ?? null },
            ]
          }),
        }),
    ),
    data: {
      columns: ['criterion', 'k', 'sparsity', 'n', 'mean', 'sd'],
      rows: groups.flatMap(({ criterion, k, sparsity, jacobianMean, jacobianSd }) =>
        jacobianMean === null
          ? []
          : [[criterion, k, sparsity, jacobianMean.n, jacobianMean.mean, jacobianSd?.mean ?? null]],
      ),
    },
  }
}
