import type { Claim, MetricName, Reference } from '../plugin/index.ts'
import { meanBySeed, statistic, type CellRecord } from '../results/index.ts'
import type { Evidence } from './evaluate-assertion.ts'
import { figureOf, metrics } from './figures.ts'
import { byGroup, pointOf } from './group-point.ts'
import { isChosen } from './select-cells.ts'
import { isTime, timeMargin } from './time-margin.ts'
import type { AssertionCheck, AssertionOutcome } from './types.ts'

type Comparison = Extract<Claim, { kind: 'compares' }>

/** Figures that differ by less are equal but for the rounding of their difference. */
const ROUNDING = 1e-9

/** Holds each group's mean against a number, or against other cells of the same seeds. */
export function compareCells(
  claim: Comparison,
  cells: readonly CellRecord[],
  { results }: Evidence,
): readonly AssertionCheck[] {
  const { target, metric: stated } = claim
  const own = stated ?? results.identity.merit
  return [...byGroup(cells, ({ point }) => point).values()].flatMap((group) =>
    typeof target === 'number'
      ? [check(claim, own, group, { cells: [], metric: own, valueOf: () => target })]
      : referencesOf(group, target, results.cells).map((others) => {
          const metric = target.metric ?? own
          const bySeed = figuresOf(others, metric)
          return check(claim, own, group, {
            cells: others,
            metric,
            valueOf: (seed) => bySeed.get(seed) ?? null,
          })
        }),
  )
}

/** The groups that a group is held against; one without cells where there is none. */
function referencesOf(
  group: readonly CellRecord[],
  target: Reference,
  all: readonly CellRecord[],
): readonly (readonly CellRecord[])[] {
  const { criterion, sparsity, k } = (group[0] as CellRecord).point
  const at = (selector: Reference) => all.filter(({ point }) => isChosen(point, selector))
  const chosen =
    target.control === true || (group[0]?.point.control === true && target.criterion === undefined)
      ? at({ ...(target.seed === undefined ? {} : { seed: target.seed }), control: true })
      : orAtItsOnlyK(at({ criterion, sparsity, k, ...target }), () => at({ criterion, sparsity, ...target }))
  const groups = [...byGroup(chosen, ({ point }) => point).values()]
  return groups.length === 0 ? [[]] : groups
}

/** A criterion that reads nothing of the weights at k is run at one k, and is compared with others at any. */
function orAtItsOnlyK(same: readonly CellRecord[], any: () => readonly CellRecord[]): readonly CellRecord[] {
  if (same.length > 0) return same
  const others = any()
  return new Set(others.map(({ point }) => point.k)).size === 1 ? others : []
}

interface Other {
  readonly cells: readonly CellRecord[]
  readonly metric: MetricName
  /** What the cell of a seed is held against; null where there is nothing. */
  readonly valueOf: (seed: number) => number | null
}

function check(
  { relation, offset, confident, target }: Comparison,
  metric: MetricName,
  group: readonly CellRecord[],
  other: Other,
): AssertionCheck {
  const pairs = [...figuresOf(group, metric)]
    .flatMap(([seed, value]) => {
      const against = other.valueOf(seed)
      return against === null ? [] : [{ seed, value, target: against + offset }]
    })
    .sort((a, b) => a.seed - b.seed)
  const margins = pairs.map(({ value, target }) => (relation === '≤' ? target - value : value - target))
  const margin = statistic(margins)
  const made = {
    group: pointOf((group[0] as CellRecord).point),
    seeds: pairs.map(({ seed }) => seed),
    cells: [...group, ...other.cells].map(({ id }) => id),
    value: mean(pairs.map(({ value }) => value)),
    target: mean(pairs.map((pair) => pair.target)),
    margin: margin?.mean ?? null,
    ci95: margin?.ci95 ?? null,
  }
  if (margin === null) return { ...made, ...absence(group, other, metric) }
  const judged = group.filter(
    (cell) => figureOf(cell, metric) !== null && made.seeds.includes(cell.point.seed),
  )
  const reason = judgedOf(judged.length, group, metric, other)
  // The mean is that of the networks that survived: one that is lost reached nothing.
  if (relation !== '≤' && group.some(({ status }) => status === 'collapsed' || status === 'failed'))
    return { ...made, outcome: 'fail', reason }
  const holds = margin.mean > (relation === '>' ? ROUNDING : -ROUNDING)
  if (isTime(metric)) {
    const interval = timeInterval(relation, offset, target, metric, judged, other)
    // A busy machine's times fail nothing; a difference that their spread does not explain does.
    const outcome = holds && !confident ? 'pass' : surely(holds, interval)
    return { ...made, ci95: interval, outcome, reason }
  }
  return { ...made, outcome: confident ? surely(holds, margin.ci95) : holds ? 'pass' : 'fail', reason }
}

/** The interval of the margin of times, by how they scattered while they were measured. */
function timeInterval(
  relation: Comparison['relation'],
  offset: number,
  target: number | Reference,
  metric: Parameters<typeof timeMargin>[1],
  cells: readonly CellRecord[],
  other: Other,
): AssertionCheck['ci95'] {
  const found = timeMargin(cells, metric, typeof target === 'number' ? target : other)
  if (found === null) return null
  const [low, high] = [found[0] + offset, found[1] + offset]
  return relation === '≤' ? [low, high] : [-high, -low]
}

/** How many of a group's cells were judged, and why not the others; null where all were. */
function judgedOf(
  judged: number,
  group: readonly CellRecord[],
  metric: MetricName,
  other: Other,
): string | null {
  if (judged === group.length) return null
  const seeds = new Set(group.map(({ point }) => point.seed))
  const against = other.cells.filter(({ point }) => seeds.has(point.seed))
  const reasons = [
    lacking(group, metric),
    prefixed('of those to hold it against', lacking(against, other.metric)),
  ].filter((text) => text !== null)
  return `${judged} of ${group.length} cells judged${reasons.length === 0 ? ': the cells to hold it against have other seeds' : `: ${reasons.join('; ')}`}`
}

function prefixed(words: string, text: string | null): string | null {
  return text && `${words}, ${text}`
}

/** A figure of each seed that has one. */
function figuresOf(cells: readonly CellRecord[], metric: MetricName): ReadonlyMap<number, number> {
  return meanBySeed(
    cells,
    ({ point }) => point.seed,
    (cell) => figureOf(cell, metric),
  )
}

function surely(holds: boolean, interval: readonly [low: number, high: number] | null): AssertionOutcome {
  if (interval === null) return 'unsure'
  const [low, high] = interval
  if (holds) return low >= 0 ? 'pass' : 'unsure'
  return high < 0 ? 'fail' : 'unsure'
}

/** What is said of a group of which nothing can be compared: one that collapsed or failed is not what was asserted. */
function absence(
  group: readonly CellRecord[],
  { cells: others, metric: otherMetric }: Other,
  metric: MetricName,
): Pick<AssertionCheck, 'outcome' | 'reason'> {
  const done = group.filter(({ status }) => status !== 'cancelled')
  if (done.length === 0) return { outcome: 'skipped', reason: 'its cells were not run' }
  if (!done.some(({ status }) => status === 'ok')) return { outcome: 'fail', reason: lacking(done, metric) }
  if (!done.some((cell) => figureOf(cell, metric) !== null))
    return { outcome: 'skipped', reason: `no ${metrics[metric].title} was measured` }
  if (others.length === 0) return { outcome: 'skipped', reason: 'the cells to hold it against were not run' }
  if (!others.some((cell) => figureOf(cell, otherMetric) !== null)) {
    const reason = lacking(others, otherMetric) ?? `no ${metrics[otherMetric].title} was measured`
    return { outcome: 'skipped', reason: `the cells to hold it against: ${reason}` }
  }
  return { outcome: 'skipped', reason: 'the cells to hold it against have other seeds' }
}

/** Cells that have no say in the mean, and why. */
function lacking(cells: readonly CellRecord[], metric: MetricName): string | null {
  const without = (cell: CellRecord) => cell.status === 'ok' && figureOf(cell, metric) === null
  const reasons: readonly (readonly [string, (cell: CellRecord) => boolean])[] = [
    ['collapsed', ({ status }) => status === 'collapsed'],
    ['failed', ({ status }) => status === 'failed'],
    ['not run', ({ status }) => status === 'cancelled'],
    [`without ${metrics[metric].title}`, without],
  ]
  const texts = reasons.flatMap(([words, is]) => {
    const n = cells.filter(is).length
    return n === 0 ? [] : [`${n} of ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} ${words}`]
  })
  return texts.length === 0 ? null : texts.join(', ')
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, x) => sum + x, 0) / values.length
}
