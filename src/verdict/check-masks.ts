import type { Claim } from '../plugin/index.ts'
import { prunedCount, prunedPerLayer } from '../pruning/index.ts'
import type { CellRecord } from '../results/index.ts'
import type { Evidence } from './evaluate-assertion.ts'
import { byGroup, pointOf } from './group-point.ts'
import type { AssertionCheck } from './types.ts'

/** Whether every mask keeps exactly as many weights or filters as were asked for, of each layer where each is ranked on its own. */
export function checkSparsity(
  _claim: Extract<Claim, { kind: 'exact-sparsity' }>,
  cells: readonly CellRecord[],
  { results }: Evidence,
): readonly AssertionCheck[] {
  const byLayer = new Set(
    results.identity.criteria
      .filter(({ kind, scope }) => kind === 'criterion' && scope === 'layer')
      .map(({ label }) => label),
  )
  const isExact = ({ point, sparsity: { achieved, kept, total }, layers }: CellRecord) => {
    if (kept === null || total === null) return achieved === 0
    if (kept !== total - prunedCount(total, point.sparsity)) return false
    if (layers === null || !byLayer.has(point.criterion)) return true
    const pruned = prunedPerLayer(
      layers.map((layer) => layer.total),
      point.sparsity,
    )
    return layers.every((layer, i) => layer.kept === layer.total - (pruned[i] as number))
  }
  return groupsOf(cells).map((group) => {
    const known = group.filter(({ sparsity }) => sparsity.achieved !== null)
    const broken = known.filter((cell) => !isExact(cell))
    const achieved = known.map(({ sparsity }) => sparsity.achieved as number)
    const value = achieved.length === 0 ? null : achieved.reduce((sum, x) => sum + x, 0) / achieved.length
    const target = (group[0] as CellRecord).point.sparsity
    return {
      ...checkOf(group, known, broken, 'no mask was made'),
      value,
      target,
      margin: value === null ? null : 0 - Math.abs(value - target),
    }
  })
}

/** Whether every mask leaves a path from input to output. */
export function checkCollapse(
  _claim: Extract<Claim, { kind: 'no-collapse' }>,
  cells: readonly CellRecord[],
): readonly AssertionCheck[] {
  return groupsOf(cells).map((group) => {
    const known = group.filter(({ status }) => status === 'ok' || status === 'collapsed')
    const broken = known.filter(({ status }) => status === 'collapsed')
    const layers = [...new Set(broken.flatMap(({ emptyLayers }) => emptyLayers))]
    const check = checkOf(group, known, broken, 'none was run to its end')
    const what =
      layers.length === 0 ? 'no path from input to output' : `nothing is left of ${layers.join(', ')}`
    return broken.length === 0 ? check : { ...check, reason: `${check.reason ?? ''}: ${what}` }
  })
}

function groupsOf(cells: readonly CellRecord[]): readonly (readonly CellRecord[])[] {
  return [...byGroup(cells, ({ point }) => point).values()]
}

function checkOf(
  group: readonly CellRecord[],
  known: readonly CellRecord[],
  broken: readonly CellRecord[],
  unknown: string,
): AssertionCheck {
  return {
    group: pointOf((group[0] as CellRecord).point),
    outcome: broken.length > 0 ? 'fail' : known.length > 0 ? 'pass' : 'skipped',
    value: null,
    target: null,
    margin: null,
    ci95: null,
    seeds: [...new Set(known.map(({ point }) => point.seed))],
    cells: (broken.length > 0 ? broken : group).map(({ id }) => id),
    reason:
      broken.length > 0
        ? `${broken.length} of ${known.length} ${known.length === 1 ? 'cell' : 'cells'}`
        : known.length > 0
          ? null
          : unknown,
  }
}
