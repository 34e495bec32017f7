import type { CellRecord, CriterionReport, Results } from '../results/index.ts'
import { signalsAtK } from '../values/signals-at-k.ts'
import { counted, integer, together } from './words.ts'

/**
 * What was spent on the reported networks, in sentences: the training that all have in common, then by label what
 * choosing a mask took besides: the training of the unpruned network, its beginning up to k, or masks that a search tried.
 */
export function budget({ identity, cells }: Pick<Results, 'identity' | 'cells'>): string {
  const { training, kUnit } = identity
  const reported = new Set(cells.map(({ point }) => point.criterion))
  const criteria = identity.criteria.filter(({ label }) => reported.has(label))
  const extra = [
    ...wholeTrainings(criteria, training.epochs),
    ...beginnings(criteria, cells, kUnit === 'epochs' ? 'epoch' : 'iteration'),
    ...searches(criteria, cells),
  ]
  const equal = extra.length === 0 ? 'equal' : 'equal once masks are chosen'
  const control = cells.some(({ point }) => point.control) ? ', the unpruned one too,' : ''
  return [
    `${equal}: every network${control} is trained for ${counted(training.epochs, 'epoch')}.`,
    ...extra,
  ].join(' ')
}

function wholeTrainings(criteria: readonly CriterionReport[], epochs: number): string[] {
  const labels = criteria
    .filter(({ needs }) => needs.includes('trainedWeights') || needs.includes('trainedScales'))
    .map(({ label }) => label)
  if (labels.length === 0) return []
  return [
    `${together(labels)} masks also used the unpruned network's whole training of ${counted(epochs, 'epoch')}.`,
  ]
}

/** Labels with the same k in one sentence. Criteria that read nothing of the weights after k do without the training. */
function beginnings(
  criteria: readonly CriterionReport[],
  cells: readonly CellRecord[],
  unit: 'epoch' | 'iteration',
): string[] {
  const byK = new Map<string, { labels: string[]; ks: readonly number[] }>()
  for (const { label, kind, needs } of criteria) {
    const reads = needs.some((signal) => signalsAtK.includes(signal))
    if (kind === 'criterion' && !reads) continue
    const own = cells.map(({ point }) => point).filter(({ criterion, k }) => criterion === label && k > 0)
    const ks = [...new Set(own.map(({ k }) => k))].sort((a, b) => a - b)
    if (ks.length === 0) continue
    const known = byK.get(ks.join())
    if (known === undefined) byK.set(ks.join(), { labels: [label], ks })
    else known.labels.push(label)
  }
  return [...byK.values()].map(({ labels, ks: [first = 0, ...others] }) => {
    const amount = others.length === 0 ? counted(first, unit) : `as many ${unit}s`
    const at = together([first, ...others].map(integer))
    return `${together(labels)} masks at k = ${at} also used ${amount} of the unpruned network's training.`
  })
}

function searches(criteria: readonly CriterionReport[], cells: readonly CellRecord[]): string[] {
  return criteria.flatMap(({ label, searchSet }) => {
    const own = cells.filter(({ point }) => point.criterion === label).map((cell) => cell.evaluatedMasks)
    const masks = Math.max(0, ...own)
    if (masks === 0) return []
    const on = `${integer(searchSet)} training images`
    return [`${label} also evaluated ${counted(masks, 'mask')} per cell on ${on}.`]
  })
}
