import type { Group, Results } from '../../results/index.ts'
import { groupNames } from '../group-name.ts'
import { grouped } from '../grouped.ts'
import { looksOf, neutral, paintOf, type PointSymbol } from './palette.ts'

/** Groups that differ in their sparsity only, and how they are drawn. */
export interface Series {
  readonly name: string
  readonly criterion: string
  readonly k: number
  readonly colour: string
  readonly symbol: PointSymbol
  /** `stroke-dasharray` of its lines: which k it is. */
  readonly dash: string
  /** By growing sparsity. */
  readonly groups: readonly Group[]
}

const dashes = ['none', '7 4', '2 3', '9 3 2 3', '4 2', '1 5']

/** The series of pruned networks, in the order of the results. */
export function seriesOf({ groups, identity }: Pick<Results, 'groups' | 'identity'>): readonly Series[] {
  const pruned = groups.filter(({ control }) => !control)
  const name = groupNames(groups, identity.criteria)
  // By what the suite lists, so that a report on some of its cells has the colours of the whole.
  const looks = looksOf([...identity.criteria.map(({ label }) => label), ...pruned.map((g) => g.criterion)])
  const ks = [...new Set(pruned.map(({ k }) => k))].sort((a, b) => a - b)
  const byName = grouped(pruned, (group) => JSON.stringify([group.criterion, group.k]))
  return [...byName.values()].map((own) => {
    const first = own[0] as Group
    const look = looks.get(first.criterion)
    return {
      name: name(first),
      criterion: first.criterion,
      k: first.k,
      colour: paintOf(look?.ink ?? neutral),
      symbol: look?.symbol ?? 'circle',
      dash: dashes[ks.indexOf(first.k) % dashes.length] as string,
      groups: own.toSorted((a, b) => a.sparsity - b.sparsity),
    }
  })
}

/** Above so many series lines in one plot cannot be told apart. */
const MOST = 10

/** Series that are drawn together: all, or where they are too many those of one k after the other. */
export function panelsOf(
  series: readonly Series[],
): readonly { k: number | null; series: readonly Series[] }[] {
  if (series.length <= MOST) return [{ k: null, series }]
  return [...grouped(series, ({ k }) => k)].map(([k, own]) => ({ k, series: own }))
}
