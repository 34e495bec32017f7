import { metricNames } from '../plugin/index.ts'
import { meanBySeed, type CellRecord, type Results } from '../results/index.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import { digest } from '../values/digest.ts'
import { figureOf } from './figures.ts'
import { byGroup, pointOf } from './group-point.ts'
import { sampleVariance } from './noise.ts'
import type { Baseline, BaselineCell, BaselineGroup, BaselineRecord } from './types.ts'

/** Enough of a digest to tell a suite's computations apart. */
const WORK_DIGITS = 16

/** What a baseline keeps of a cell. */
export function baselineCell(cell: CellRecord): BaselineCell {
  return {
    id: cell.id,
    ...pointOf(cell.point),
    seed: cell.point.seed,
    ...(cell.point.searchSeed === undefined ? {} : { searchSeed: cell.point.searchSeed }),
    status: cell.status,
    work: workOf(cell),
    figures: Object.fromEntries(
      metricNames.flatMap((metric) => {
        const figure = figureOf(cell, metric)
        // At k = 0 it is the rewind accuracy, which would count twice.
        return figure === null || (metric === 'atK' && cell.point.k === 0) ? [] : [[metric, figure]]
      }),
    ),
  }
}

/** Times are no result of the computation, and their unit's key names the machine. */
function workOf({ units }: CellRecord): string {
  const computed = Object.entries(units).filter(([role]) => role !== 'benchmark')
  return digest(canonicalJson(Object.fromEntries(computed))).slice(0, WORK_DIGITS)
}

/** Results as a baseline's record. Cells that were not run to the end are left out. */
export function baselineRecord(results: Results, machine: string): BaselineRecord {
  const { identity } = results
  const cells = results.cells.filter(({ status }) => status !== 'cancelled').map(baselineCell)
  return recordOf(
    {
      profile: identity.profile,
      data: dataOf(results),
      engine: identity.engine,
      machine: cells.some(({ figures }) => figures.latencyFull !== undefined) ? machine : null,
      version: identity.versions['prune-bench'],
    },
    cells,
  )
}

/** The accepted record that results are to be compared with: that of their profile on their data. */
export function recordFor(baseline: Baseline, results: Results): BaselineRecord | undefined {
  return baseline.records.find((record) => isFor(record, results))
}

/**
 * The baseline with these results accepted. They replace the record of their profile and data set; where they are a part of
 * the suite's cells, the record keeps the others, as far as the suite still has them (`planned`).
 */
export function accept(
  baseline: Baseline | null,
  results: Results,
  { machine, planned }: { readonly machine: string; readonly planned: readonly string[] },
): Baseline {
  const made = baselineRecord(results, machine)
  const others = baseline?.records.filter((record) => !isNamedAs(record, results)) ?? []
  const old = baseline && recordFor(baseline, results)
  const fresh = new Set(made.cells.map(({ id }) => id))
  const kept = (old?.cells ?? []).filter(({ id }) => !fresh.has(id) && planned.includes(id))
  const order = new Map(planned.map((id, i) => [id, i]))
  const cells = [...made.cells, ...kept].sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
  const records = [...others, recordOf(made, cells)]
  return {
    schema: 'prune-bench/baseline@1',
    suite: results.identity.suite,
    records: records.sort((a, b) => compareText(nameOf(a), nameOf(b))),
  }
}

function recordOf(
  head: Omit<BaselineRecord, 'groups' | 'cells'>,
  cells: readonly BaselineCell[],
): BaselineRecord {
  return { ...head, groups: [...byGroup(cells, pointOf).values()].map(baselineGroup), cells }
}

function baselineGroup(cells: readonly BaselineCell[]): BaselineGroup {
  return {
    ...pointOf(cells[0] as BaselineCell),
    figures: Object.fromEntries(
      metricNames.flatMap((metric) => {
        const bySeed = meanBySeed(
          cells,
          ({ seed }) => seed,
          ({ figures }) => figures[metric],
        )
        const values = [...bySeed.values()]
        if (values.length === 0) return []
        const variance = sampleVariance(values)
        const mean = values.reduce((sum, x) => sum + x, 0) / values.length
        return [
          [
            metric,
            { n: values.length, mean: rounded(mean), sd: variance && rounded(Math.sqrt(variance.value)) },
          ],
        ]
      }),
    ),
  }
}

/** For people: what is compared are the cells. */
function rounded(x: number): number {
  return Number(x.toPrecision(6))
}

function dataOf({ identity }: Results): BaselineRecord['data'] {
  const { name, digest, train, test, split } = identity.data
  return { name, digest, train, test, ...(split === undefined ? {} : { split }) }
}

function isNamedAs({ profile, data }: BaselineRecord, { identity }: Results): boolean {
  return profile === identity.profile && data.name === identity.data.name
}

/** Other images, or another number of them, are other data. */
function isFor(record: BaselineRecord, results: Results): boolean {
  return (
    isNamedAs(record, results) && canonicalJson({ ...record.data }) === canonicalJson({ ...dataOf(results) })
  )
}

function nameOf({ profile, data }: BaselineRecord): string {
  return `${profile} ${data.name}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
