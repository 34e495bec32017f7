import type { MetricName } from '../plugin/index.ts'
import type { AccuracyName, Results } from '../results/index.ts'
import { baselineCell } from './baseline.ts'
import { byGroup, pointOf } from './group-point.ts'
import { judgeChanges } from './judge-changes.ts'
import type { BaselineCell, BaselineRecord, Comparison, Regression } from './types.ts'

/** What a comparison has to know besides results and baseline. */
export interface ComparisonContext {
  /** Whose times the results' are. */
  readonly machine: string
  /** Names of all cells of the suite, run or not; null where it was run with other seeds than its own. */
  readonly planned: readonly string[] | null
}

/** Holds results against what was accepted, seed by seed, and tells what got worse from what noise explains. */
export function compareWithBaseline(
  results: Results,
  baseline: BaselineRecord,
  { machine, planned }: ComparisonContext,
): Comparison {
  const now = results.cells.filter(({ status }) => status !== 'cancelled').map(baselineCell)
  const before = new Map(baseline.cells.map((cell) => [cell.id, cell]))
  const pairs = now.flatMap((cell) => {
    const accepted = before.get(cell.id)
    return accepted === undefined ? [] : [{ accepted, cell }]
  })
  const { merit } = results.identity
  const changes = judgeChanges(baseline.cells, now, {
    merit,
    images: (metric) => imagesOf(results, metric),
    timesGate: baseline.machine === machine,
  })
  const regressions: readonly Regression[] = [
    ...lostCells(baseline.cells, now),
    ...changes.flatMap((change) =>
      change.gates && change.outcome === 'worse' ? [{ kind: 'worse' as const, ...change }] : [],
    ),
  ]
  const unsure = changes.some(({ gates, outcome }) => gates && outcome === 'unsure')
  const identical = pairs.filter(({ accepted, cell }) => isSame(accepted, cell))
  const here = new Set(planned)
  const obsolete = planned === null ? [] : [...before.keys()].filter((id) => !here.has(id))
  const ended = new Set(now.map(({ id }) => id))
  // What is no longer there was not judged: a label that is renamed must not pass for one that holds.
  const unjudged = obsolete.length > 0 || pairs.length === 0
  return {
    outcome: regressions.length > 0 ? 'fail' : unsure || unjudged ? 'unsure' : 'pass',
    regressions,
    changes,
    identical: identical.length,
    compared: pairs.length,
    missing: now.filter(({ id }) => !before.has(id)).map(({ id }) => id),
    obsolete,
    notRun: [...before.keys()].filter((id) => here.has(id) && !ended.has(id)).length,
    notes: notesOn(results, baseline, pairs, machine),
  }
}

/** Images that a metric of the results is a count of; null where it is no accuracy, or none was measured. */
function imagesOf({ cells }: Results, metric: MetricName): number | null {
  const counts = cells.flatMap(({ accuracy }) => accuracy[metric as AccuracyName] ?? [])
  return counts.length === 0 ? null : Math.min(...counts.map(({ total }) => total))
}

/** Cells that collapsed or failed in groups where none did, or of which nothing is left. */
function lostCells(before: readonly BaselineCell[], now: readonly BaselineCell[]): readonly Regression[] {
  const then = byGroup(before, pointOf)
  return [...byGroup(now, pointOf)].flatMap(([key, cells]) =>
    (['collapsed', 'failed'] as const).flatMap((status): Regression[] => {
      const accepted = then.get(key) ?? []
      const lost = cells.filter((cell) => cell.status === status).map(({ id }) => id)
      const hadSome = accepted.some((cell) => cell.status === status)
      const allGone = accepted.some(isOk) && !cells.some(isOk)
      if (lost.length === 0 || accepted.length === 0 || (hadSome && !allGone)) return []
      return [{ kind: 'lost', group: pointOf(cells[0] as BaselineCell), status, cells: lost }]
    }),
  )
}

function isOk({ status }: BaselineCell): boolean {
  return status === 'ok'
}

/** Times aside, which are another matter. */
function isSame(a: BaselineCell, b: BaselineCell): boolean {
  const timeless = ({ status, figures }: BaselineCell) =>
    JSON.stringify([status, ...Object.entries(figures).filter(([name]) => !name.startsWith('latency'))])
  return timeless(a) === timeless(b)
}

function notesOn(
  { identity }: Results,
  { engine, machine: accepted }: BaselineRecord,
  pairs: readonly { accepted: BaselineCell; cell: BaselineCell }[],
  machine: string,
): readonly string[] {
  const name = ({ runtime, version, device, threads }: BaselineRecord['engine']) =>
    `${runtime} ${version} on ${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  const timed = pairs.some(({ cell }) =>
    Object.keys(cell.figures).some((figure) => figure.startsWith('latency')),
  )
  const moved = pairs.filter(
    ({ accepted, cell }) => accepted.work === cell.work && !isSame(accepted, cell),
  ).length
  return [
    ...(name(engine) === name(identity.engine)
      ? []
      : [`The baseline was computed by ${name(engine)}: last bits differ, and noise with them.`]),
    ...(timed && accepted !== machine
      ? [`Times of the baseline are of another machine (${accepted}): they only inform.`]
      : []),
    ...(moved > 0
      ? [
          `${moved} ${moved === 1 ? 'cell' : 'cells'} of the same computation gave other figures: this machine computes other last bits.`,
        ]
      : []),
  ]
}
