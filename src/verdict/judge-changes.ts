import type { MetricName } from '../plugin/index.ts'
import { meanBySeed } from '../results/index.ts'
import type { Merit } from '../values/merit.ts'
import { byGroup, pointOf } from './group-point.ts'
import {
  differencesOf,
  isChanged,
  judgeChange,
  sharedSeeds,
  type BySeed,
  type Standard,
} from './judge-change.ts'
import { judgedFigures, levelOf, type Family } from './judged-figures.ts'
import { sampleVariance, variancePrior, type Variance } from './noise.ts'
import type { BaselineCell, Change } from './types.ts'

/** A drop is of interest if it is at least this much of the standard deviation of cells over seeds. */
const INTERESTING = 0.5

/** So many groups that changed tell themselves how much cells of the same seed differ. */
const TELLING_GROUPS = 5

/** Times that differ by less than a tenth are of no interest. */
const LEAST_TIME = Math.log(1.1)

/** What is known of the results besides their figures. */
export interface JudgedResults {
  readonly merit: Merit
  /** Images that an accuracy is a count of; null where it is none, or was not measured. */
  readonly images: (metric: MetricName) => number | null
  /** Whether both were timed on the same machine. */
  readonly timesGate: boolean
}

/** Every judged figure of every group that both then and now have, held against the noise of that figure then. */
export function judgeChanges(
  then: readonly BaselineCell[],
  now: readonly BaselineCell[],
  { timesGate, merit, images }: JudgedResults,
): readonly Change[] {
  const [groupsThen, groupsNow] = [byGroup(then, pointOf), byGroup(now, pointOf)]
  const judged = judgedFigures(merit)
  const found = judged.flatMap(({ metric, family, gates }) =>
    [...groupsNow].flatMap(([key, cells]) => {
      const [before, after] = [figures(groupsThen.get(key) ?? [], metric), figures(cells, metric)]
      if (before.size === 0 || after.size === 0) return []
      const group = pointOf(cells[0] as BaselineCell)
      return [{ metric, family, gates: gates && (family !== 'time' || timesGate), group, before, after }]
    }),
  )
  const changed = (family: Family) =>
    found.filter((one) => one.gates && one.family === family && isChanged(one.before, one.after)).length
  const standards = new Map(
    judged.map(({ metric, family }) => {
      const spreads = [...groupsThen.values()].map((cells) =>
        sampleVariance([...scores(figures(cells, metric), family).values()]),
      )
      const differences = found.flatMap((one) =>
        one.metric === metric && isChanged(one.before, one.after)
          ? [sampleVariance(differencesOf(scores(one.before, family), scores(one.after, family)))]
          : [],
      )
      const standard = standardOf(family, Math.max(1, changed(family)), spreads, differences)
      return [metric, { ...standard, images: images(metric) }]
    }),
  )
  return found.map(({ metric, family, gates, group, before, after }) => {
    const standard = standards.get(metric) as Standard
    const seeds = sharedSeeds(before, after)
    return {
      group,
      metric,
      gates,
      before: mean(before, seeds),
      now: mean(after, seeds),
      ...judgeChange(scores(before, family), scores(after, family), standard),
    }
  })
}

/**
 * What changes of a figure are held against. Two cells differ by noise as much as cells of different seeds do, or less: where
 * many groups changed, by what the pairs themselves show.
 */
function standardOf(
  family: Family,
  changed: number,
  spreads: readonly (Variance | null)[],
  differences: readonly (Variance | null)[],
): Omit<Standard, 'images'> {
  const known = differences.filter((variance) => variance !== null)
  const spread = variancePrior(spreads.filter((variance) => variance !== null))
  const unpaired = spread && { value: 2 * spread.value, freedom: spread.freedom }
  const least = spread === null ? 0 : INTERESTING * Math.sqrt(spread.value)
  return {
    level: levelOf(family, changed),
    prior: { paired: known.length < TELLING_GROUPS ? unpaired : variancePrior(known), unpaired },
    least: family === 'time' ? Math.max(LEAST_TIME, least) : least,
  }
}

function figures(cells: readonly BaselineCell[], metric: MetricName): BySeed {
  return meanBySeed(
    cells,
    ({ seed }) => seed,
    ({ figures }) => figures[metric],
  )
}

/** Figures of which more is better: accuracies as they are, of times the logarithm, so that differences are shares. */
function scores(values: BySeed, family: Family): BySeed {
  return family === 'time' ? new Map([...values].map(([seed, ms]) => [seed, -Math.log(ms)])) : values
}

/** Over these seeds; over all where these are none. */
function mean(values: BySeed, seeds: readonly number[]): number {
  const chosen = seeds.length === 0 ? [...values.values()] : seeds.map((seed) => values.get(seed) as number)
  return chosen.reduce((sum, x) => sum + x, 0) / chosen.length
}
