import { differences, type Difference } from '../plan/explain.ts'
import type { JsonObject } from '../values/json.ts'
import { accuracyOf, type AccuracyName } from './accuracy.ts'
import { meanBySeed } from './mean-by-seed.ts'
import { pairedDifference, type PairedDifference } from './paired-difference.ts'
import { statistic } from './statistics.ts'
import type { CellRecord, Results, RunIdentity, Statistic } from './types.ts'

/** One accuracy of a group of cells in two results. */
export interface ComparedAccuracy {
  readonly a: Statistic | null
  readonly b: Statistic | null
  /** b − a in points, over the seeds that both have; null where there is none. */
  readonly difference: PairedDifference | null
}

/** Cells that differ in their seed only, in two results. */
export interface ComparedGroup extends Omit<CellRecord['point'], 'seed' | 'searchSeed'> {
  /** Accuracies that at least one of the two has. */
  readonly accuracies: Readonly<Partial<Record<AccuracyName, ComparedAccuracy>>>
}

/** Two results beside each other. */
export interface ResultsComparison {
  /** What they were made with, as far as it differs; `before` is of a, `after` of b. */
  readonly identity: readonly Difference[]
  /** In a's order, then those that only b has. */
  readonly groups: readonly ComparedGroup[]
  /** Cells that both have. */
  readonly shared: number
  /** Of these, those with the same status and accuracies. */
  readonly same: number
  /** Names of cells that one has alone. */
  readonly onlyA: readonly string[]
  readonly onlyB: readonly string[]
}

const accuracies: readonly AccuracyName[] = [
  'search',
  'validation',
  'atK',
  'rewind',
  'last',
  'validationSelected',
  'bestOnTest',
]

/** Sets results b beside results a: group by group, seeds paired, and what they were made with. */
export function compareResults(a: Results, b: Results): ResultsComparison {
  const [cellsA, cellsB] = [byId(a), byId(b)]
  const shared = a.cells.filter(({ id }) => cellsB.has(id))
  return {
    identity: differences(documentOf(a.identity), documentOf(b.identity)),
    groups: groupsOf([a, b]),
    shared: shared.length,
    same: shared.filter((cell) => outcome(cell) === outcome(cellsB.get(cell.id) as CellRecord)).length,
    onlyA: a.cells.filter(({ id }) => !cellsB.has(id)).map(({ id }) => id),
    onlyB: b.cells.filter(({ id }) => !cellsA.has(id)).map(({ id }) => id),
  }
}

function byId({ cells }: Results): ReadonlyMap<string, CellRecord> {
  return new Map(cells.map((cell) => [cell.id, cell]))
}

function outcome(cell: CellRecord): string {
  return JSON.stringify([cell.status, ...accuracies.map((name) => accuracyOf(cell, name))])
}

/** What decides results, criteria by label; not which cells are reported, nor where data were found. */
function documentOf(identity: RunIdentity): JsonObject {
  const { name, digest, train, test, split = 'first' } = identity.data
  const document = {
    suite: identity.suite,
    profile: identity.profile,
    model: identity.model,
    data: { name, digest, train, test, split },
    engine: identity.engine,
    training: identity.training,
    criteria: Object.fromEntries(identity.criteria.map(({ label, ...criterion }) => [label, criterion])),
    scoringBatch: identity.scoringBatch,
    granularity: identity.granularity,
    kUnit: identity.kUnit,
    versions: identity.versions,
  }
  // An identity is JSON by its schema; its interfaces do not say so to the compiler.
  return document as unknown as JsonObject
}

function groupsOf(both: readonly [Results, Results]): readonly ComparedGroup[] {
  const groups = new Map<
    string,
    { point: Omit<CellRecord['point'], 'seed' | 'searchSeed'>; cells: [CellRecord[], CellRecord[]] }
  >()
  both.forEach(({ cells }, side) => {
    for (const cell of cells) {
      const { criterion, sparsity, k, control } = cell.point
      const name = JSON.stringify([criterion, sparsity, k, control])
      const group = groups.get(name) ?? { point: { criterion, sparsity, k, control }, cells: [[], []] }
      group.cells[side]?.push(cell)
      groups.set(name, group)
    }
  })
  return [...groups.values()].map(({ point, cells: [a, b] }) => ({
    ...point,
    accuracies: Object.fromEntries(
      accuracies.flatMap((name) => {
        const compared = {
          a: over(a, name),
          b: over(b, name),
          difference: pairedDifference(b, a, name),
        }
        return compared.a === null && compared.b === null ? [] : [[name, compared] as const]
      }),
    ),
  }))
}

function over(cells: readonly CellRecord[], name: AccuracyName): Statistic | null {
  const ok = cells.filter(({ status }) => status === 'ok')
  const values = meanBySeed(
    ok,
    ({ point }) => point.seed,
    (cell) => accuracyOf(cell, name),
  )
  return statistic([...values.values()])
}
