import type { CellRecord, CriterionReport, Results } from '../results/index.ts'
import { counted, integer, together } from './words.ts'

/**
 * What was spent on the reported networks, in sentences: the training that all have in common, then by label what
 * choosing a mask took besides: the training of the unpruned network, k iterations of it, or masks that a search tried.
 */
export function budget({ identity, cells }: Pick<Results, 'identity' | 'cells'>): string {
  const { training, searchSet } = identity
  const reported = new Set(cells.map(({ point }) => point.criterion))
  const criteria = identity.criteria.filter(({ label }) => reported.has(label))
  const extra = [
    ...wholeTrainings(criteria, training.epochs),
    ...iterations(criteria, cells),
    ...searches(cells, searchSet),
  ]
  const equal = extra.length === 0 ? 'equal' : 'equal once masks are chosen'
  const control = cells.some(({ point }) => point.control) ? ', the unpruned one too,' : ''
  return [
    `${equal}: every network${control} is trained for ${counted(training.epochs, 'epoch')}.`,
    ...extra,
  ].join(' ')
}

function wholeTrainings(criteria: readonly CriterionReport[], epochs: number): string[] {
  const labels = criteria.filter(({ needs }) => needs.includes('trainedWeights')).map(({ label }) => label)
  if (labels.length === 0) return []
  return [
    `${together(labels)} masks also used the unpruned network's whole training of ${counted(epochs, 'epoch')}.`,
  ]
}

/** Labels with the same k in one sentence. Criteria that read nothing of the weights after k do without the iterations. */
function iterations(criteria: readonly CriterionReport[], cells: readonly CellRecord[]): string[] {
  const byK = new Map<string, { labels: string[]; ks: readonly number[] }>()
  for (const { label, kind, needs } of criteria) {
    if (kind === 'criterion' && !needs.includes('weights') && !needs.includes('gradients')) continue
    const own = cells.map(({ point }) => point).filter(({ criterion, k }) => criterion === label && k > 0)
    const ks = [...new Set(own.map(({ k }) => k))].sort((a, b) => a - b)
    if (ks.length === 0) continue
    const known = byK.get(ks.join())
    if (known === undefined) byK.set(ks.join(), { labels: [label], ks })
    else known.labels.push(label)
  }
  return [...byK.values()].map(({ labels, ks: [first = 0, ...others] }) => {
    const amount = others.length === 0 ? counted(first, 'iteration') : 'as many iterations'
    const at = together([first, ...others].map(integer))
    return `${together(labels)} masks at k = ${at} also used ${amount} of the unpruned network's training.`
  })
}

function searches(cells: readonly CellRecord[], searchSet: number): string[] {
  const evaluated = new Map<string, number>()
  for (const { point, evaluatedMasks } of cells) {
    if (evaluatedMasks === 0) continue
    evaluated.set(point.criterion, Math.max(evaluated.get(point.criterion) ?? 0, evaluatedMasks))
  }
  return [...evaluated].map(
    ([criterion, masks]) =>
      `${criterion} also evaluated ${counted(masks, 'mask')} per cell on ${integer(searchSet)} training images.`,
  )
}
