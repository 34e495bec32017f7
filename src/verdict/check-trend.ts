import type { Claim, MetricName } from '../plugin/index.ts'
import { meanBySeed, statistic, type CellRecord } from '../results/index.ts'
import type { Evidence } from './evaluate-assertion.ts'
import { figureOf } from './figures.ts'
import { byGroup, pointOf } from './group-point.ts'
import type { AssertionCheck, GroupPoint } from './types.ts'

type Trend = Extract<Claim, { kind: 'trend' }>

interface Point {
  /** The value of the coordinate along which the figure goes. */
  readonly at: number
  readonly group: GroupPoint
  readonly cells: readonly CellRecord[]
  readonly value: number | null
}

/** Whether the means of a criterion go one way only, from each k (or sparsity) to the next. */
export function checkTrend(
  claim: Trend,
  cells: readonly CellRecord[],
  { similarityOf }: Evidence,
): readonly AssertionCheck[] {
  const { along, metric } = claim
  const points = [...byGroup(cells, ({ point }) => point).values()].map((group): Point => {
    const point = pointOf((group[0] as CellRecord).point)
    const value = metric === 'similarity' ? similarityOf(point) : mean(group, metric)
    return { at: point[along], group: point, cells: group, value }
  })
  // All that differ in nothing but the coordinate are one series.
  const series = byGroup(points, ({ group }) => ({ ...group, [along]: 0 }))
  return [...series.values()].map((one) =>
    check(
      claim,
      [...one].sort((a, b) => a.at - b.at),
    ),
  )
}

function check({ along, direction, metric }: Trend, series: readonly Point[]): AssertionCheck {
  const known = series.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]))
  const steps = known.slice(1).map((to, i) => {
    const from = known[i] as (typeof known)[number]
    return { from, to, margin: direction === 'grows' ? to.value - from.value : from.value - to.value }
  })
  const least = steps.reduce<(typeof steps)[number] | null>(
    (a, b) => (a === null || b.margin < a.margin ? b : a),
    null,
  )
  const all = series.flatMap((point) => point.cells)
  const written = (value: number) => Number(value.toPrecision(4))
  return {
    group: (series.at(-1) as Point).group,
    outcome: least === null ? 'skipped' : least.margin > 0 ? 'pass' : 'fail',
    value: least?.to.value ?? null,
    target: least?.from.value ?? null,
    margin: least?.margin ?? null,
    ci95: null,
    seeds: [...new Set(all.map(({ point }) => point.seed))],
    cells: all.map(({ id }) => id),
    reason:
      least === null
        ? `it needs figures at two values of ${along}${metric === 'similarity' ? ', each of a search that searchSeeds repeats' : ''}`
        : `${written(least.from.value)} at ${along}=${least.from.at}, ${written(least.to.value)} at ${along}=${least.to.at}`,
  }
}

/** Over seeds. */
function mean(cells: readonly CellRecord[], metric: MetricName): number | null {
  const bySeed = meanBySeed(
    cells,
    ({ point }) => point.seed,
    (cell) => figureOf(cell, metric),
  )
  return statistic([...bySeed.values()])?.mean ?? null
}
