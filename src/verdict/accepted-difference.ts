import type { MetricName } from '../plugin/index.ts'
import { metricNames } from '../plugin/index.ts'
import type { Results } from '../results/index.ts'
import { recordFor } from './baseline.ts'
import { groupKey, pointOf } from './group-point.ts'
import type { Baseline, BaselineGroup, GroupPoint } from './types.ts'

/** What accepting results changes in a baseline. */
export interface AcceptedDifference {
  readonly profile: string
  readonly data: string
  /** Whether nothing was accepted before for this profile and data set. */
  readonly first: boolean
  readonly cells: number
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Means of groups that are others than before. */
  readonly changes: readonly {
    readonly group: GroupPoint
    readonly metric: MetricName
    readonly before: number
    readonly after: number
  }[]
}

/** Compares two states of a baseline in the record of some results. */
export function acceptedDifference(
  before: Baseline | null,
  after: Baseline,
  results: Results,
): AcceptedDifference {
  const [old, fresh] = [before && recordFor(before, results), recordFor(after, results)]
  const names = (cells: readonly { readonly id: string }[] = []) => cells.map(({ id }) => id)
  const [oldIds, newIds] = [names(old?.cells), names(fresh?.cells)]
  const groups = new Map((old?.groups ?? []).map((group) => [groupKey(group), group]))
  return {
    profile: results.identity.profile,
    data: results.identity.data.name,
    first: !old,
    cells: newIds.length,
    added: newIds.filter((id) => !oldIds.includes(id)),
    removed: oldIds.filter((id) => !newIds.includes(id)),
    changes: (fresh?.groups ?? []).flatMap((group) => changesOf(groups.get(groupKey(group)), group)),
  }
}

function changesOf(before: BaselineGroup | undefined, after: BaselineGroup): AcceptedDifference['changes'] {
  return metricNames.flatMap((metric) => {
    const [a, b] = [before?.figures[metric]?.mean, after.figures[metric]?.mean]
    return a === undefined || b === undefined || a === b
      ? []
      : [{ group: pointOf(after), metric, before: a, after: b }]
  })
}
