import type { Claim } from '../plugin/index.ts'
import type { CellRecord } from '../results/index.ts'
import type { Evidence } from './evaluate-assertion.ts'
import { byGroup, pointOf } from './group-point.ts'
import type { AssertionCheck } from './types.ts'

/** Whether every mask prunes the share that was asked for, to the weight or filter. */
export function checkSparsity(
  _claim: Extract<Claim, { kind: 'exact-sparsity' }>,
  cells: readonly CellRecord[],
  { results }: Evidence,
): readonly AssertionCheck[] {
  const byLayer = new Set(
    results.identity.criteria.filter(({ scope }) => scope === 'layer').map(({ label }) => label),
  )
  const isExact = ({ point, sparsity, layers }: CellRecord) =>
    byLayer.has(point.criterion)
      ? (layers ?? []).every((layer) => isExactly(layer, point.sparsity))
      : sparsity.kept === null || sparsity.total === null
        ? sparsity.achieved === 0
        : isExactly({ kept: sparsity.kept, total: sparsity.total }, point.sparsity)
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

/** Pruned is what was asked for, rounded down to a whole number. */
function isExactly({ kept, total }: { kept: number; total: number }, sparsity: number): boolean {
  const short = total * sparsity - (total - kept)
  return short > -1e-6 && short < 1 - 1e-6
}

/** Whether every mask keeps something of every layer. */
export function checkCollapse(
  _claim: Extract<Claim, { kind: 'no-collapse' }>,
  cells: readonly CellRecord[],
): readonly AssertionCheck[] {
  return groupsOf(cells).map((group) => {
    const known = group.filter(({ sparsity }) => sparsity.achieved !== null)
    const broken = known.filter(({ collapsedLayers }) => collapsedLayers.length > 0)
    const layers = [...new Set(broken.flatMap(({ collapsedLayers }) => collapsedLayers))]
    const check = checkOf(group, known, broken, 'no mask was made')
    return broken.length === 0
      ? check
      : { ...check, reason: `${check.reason ?? ''}: nothing is left of ${layers.join(', ')}` }
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
    seeds: known.map(({ point }) => point.seed),
    cells: (broken.length > 0 ? broken : group).map(({ id }) => id),
    reason:
      broken.length > 0
        ? `${broken.length} of ${known.length} ${known.length === 1 ? 'cell' : 'cells'}`
        : known.length > 0
          ? null
          : unknown,
  }
}
