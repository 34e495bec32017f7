import type { CostFacts, FactsOf, MaskFacts } from '../plan/facts.ts'
import { inputsOf } from '../plan/inputs-of.ts'
import type { Plan, PlannedCell, UnitKind } from '../plan/types.ts'
import type { Digest } from '../values/digest.ts'
import type { Failure } from '../values/failure.ts'
import type { CellRecord, CellStatus, MissingFigure } from './types.ts'

/** How a unit's run ended. An executor's outcome fits; those that ended well change nothing. */
export type UnitEnd =
  | { readonly status: 'cached' | 'computed' | 'cancelled' }
  | { readonly status: 'failed'; readonly failure: Failure }
  /** Not run because the unit `by` failed. */
  | { readonly status: 'blocked'; readonly by: Digest }

/** What records are made from. */
export interface CellSources {
  readonly plan: Plan
  /** Facts of a unit as stored; undefined where there is no artifact. */
  readonly facts: (key: Digest) => object | undefined
  /** How long a unit took when it was computed; asked for a cell's units and for those they need (`neededUnits`). */
  readonly seconds: (key: Digest) => number | undefined
  /** How units ended that left no artifact; none for a report from the store alone. */
  readonly failures: ReadonlyMap<Digest, UnitEnd>
}

/**
 * The record of every cell of a plan, in the plan's order. A cell is `failed` if one of its units failed or was not
 * run because another failed, unless that is a diagnostic; `cancelled` if one of them is simply not there; `collapsed` if its mask
 * leaves no path from input to output.
 */
export function collectCells(sources: CellSources): CellRecord[] {
  return sources.plan.cells.map((cell) => collectCell(cell, sources))
}

function collectCell(cell: PlannedCell, sources: CellSources): CellRecord {
  const { units, point } = cell
  const facts = <K extends UnitKind>(_kind: K, key: Digest | undefined): FactsOf<K> | undefined =>
    // A key is a digest of its unit's kind, so that what is stored under it are facts of that kind.
    key === undefined ? undefined : (sources.facts(key) as FactsOf<K> | undefined)
  const search = facts('search', units.search)
  const mask: MaskFacts | undefined = search ?? facts('mask', units.mask)
  const evaluate = facts('evaluate', units.evaluate)
  const train = facts('train', units.train)
  const analyse = facts('analyse', units.analyse)
  const benchmark = facts('benchmark', units.benchmark)
  const failures = failuresOf(cell, sources)
  const failed = failures.find(({ role }) => !isDiagnostic(role)) ?? null
  return {
    id: cell.id,
    point: {
      criterion: point.criterion,
      sparsity: point.sparsity,
      k: point.k,
      seed: point.seed,
      ...(point.searchSeed === undefined ? {} : { searchSeed: point.searchSeed }),
      control: point.control,
    },
    status: status(cell, failures, mask?.collapsed ?? false, sources),
    sparsity: {
      requested: point.sparsity,
      achieved: mask ? (mask.total - mask.kept) / mask.total : point.control ? 0 : null,
      kept: mask?.kept ?? null,
      total: mask?.total ?? null,
    },
    layers: mask?.layers ?? null,
    emptyLayers: mask?.emptyLayers ?? [],
    ties: facts('mask', units.mask)?.ties ?? null,
    accuracy: {
      search: search?.accuracy ?? null,
      validation: evaluate?.validation ?? null,
      atK: evaluate?.atK ?? null,
      rewind: evaluate?.rewind ?? null,
      last: train?.last ?? null,
      validationSelected: train?.validationSelected ?? null,
      bestOnTest: train?.bestOnTest ?? null,
    },
    curve: train?.epochs ?? [],
    orthogonality: analyse?.orthogonality ?? null,
    effective: analyse?.effective ?? null,
    jacobian: facts('jacobian', units.jacobian)?.singularValues ?? null,
    cost: analyse ? costOf(analyse) : null,
    latency: benchmark?.full ? { ...benchmark, full: benchmark.full } : null,
    evaluatedMasks: search?.evaluated ?? 0,
    ...(search?.reducedPrecision && { reducedPrecision: search.reducedPrecision }),
    failure: failed?.failure ?? null,
    failedUnit: failed && failed.unit,
    missingFigures: failures.flatMap(({ role, ...one }) =>
      isDiagnostic(role) && one.unit.key !== failed?.unit.key ? [{ role, ...one }] : [],
    ),
    units: { ...units },
    seconds: secondsOf(Object.values(units), sources),
  }
}

function costOf(facts: FactsOf<'analyse'>): CostFacts {
  const { parameters, stored, macs, operations, compressionRatio, theoreticalSpeedup, untold } = facts
  const cost = { parameters, stored, macs, operations, compressionRatio, theoreticalSpeedup }
  return untold === undefined ? cost : { ...cost, untold }
}

/** Accuracies do not need these: where one fails, the cell has an accuracy all the same. */
const diagnostics: readonly string[] = ['analyse', 'jacobian', 'benchmark'] satisfies MissingFigure['role'][]

function isDiagnostic(role: string): role is MissingFigure['role'] {
  return diagnostics.includes(role)
}

function status(
  cell: PlannedCell,
  failures: readonly RoleFailure[],
  collapsed: boolean,
  sources: CellSources,
): CellStatus {
  if (failures.some(({ role }) => !isDiagnostic(role))) return 'failed'
  const known = new Set(failures.map(({ role }) => role))
  const missing = (Object.entries(cell.units) as [string, Digest][]).some(
    ([role, key]) => !known.has(role) && sources.facts(key) === undefined,
  )
  if (missing) return 'cancelled'
  return collapsed ? 'collapsed' : 'ok'
}

/** What kept a cell's unit from its artifact: a failure of its own or of one that it needed. */
type RoleFailure = Omit<MissingFigure, 'role'> & { readonly role: string }

/** The failures of a cell's units, in topological order. */
function failuresOf({ units }: PlannedCell, { plan, failures }: CellSources): RoleFailure[] {
  return (Object.entries(units) as [string, Digest][]).flatMap(([role, first]) => {
    const seen = new Set<Digest>()
    let key = first
    let end = failures.get(key)
    while (end?.status === 'blocked' && !seen.has(key)) {
      seen.add(key)
      key = end.by
      end = failures.get(key)
    }
    if (end?.status !== 'failed') return []
    return [{ role, unit: { key, label: plan.units.get(key)?.label ?? key }, failure: end.failure }]
  })
}

/** These units and everything they were made from, sorted: the units whose seconds a record counts. */
export function neededUnits(plan: Pick<Plan, 'units'>, keys: Iterable<Digest>): Digest[] {
  const needed = new Set(keys)
  // A set's iteration reaches what is added meanwhile.
  for (const key of needed) {
    const unit = plan.units.get(key)
    if (unit) for (const input of inputsOf(unit)) needed.add(input)
  }
  return [...needed].sort()
}

function secondsOf(keys: readonly Digest[], { plan, seconds }: CellSources): number {
  // Summed in the order of the keys, so that the last bits do not depend on the order of the plan.
  return neededUnits(plan, keys).reduce((total, key) => total + (seconds(key) ?? 0), 0)
}
