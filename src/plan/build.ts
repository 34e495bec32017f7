import type { CriterionUse, MatrixPoint, Options, Scope, SignalName, SuiteSettings } from '../plugin/index.ts'
import type { Precision } from '../values/precision.ts'
import { Problem } from '../values/problem.ts'
import { cellId } from './cell-id.ts'
import { PlannedUnits } from './planned-units.ts'
import type {
  CellPoint,
  CellUnits,
  DataIdentity,
  EngineIdentity,
  Plan,
  PlannedCell,
  PluginIdentity,
  RepairSettings,
} from './types.ts'

/** What the plan needs to know of a criterion or search that a suite uses. */
export interface PlannedCriterion {
  readonly label: string
  readonly plugin: PluginIdentity
  readonly kind: 'criterion' | 'search'
  /** Empty for a search. */
  readonly needs: readonly SignalName[]
  readonly scope: Scope
  /** The criterion's defaults with the suite's choices put in. */
  readonly options: Options
  readonly k: CriterionUse['k'] | undefined
  readonly searchSeeds: CriterionUse['searchSeeds'] | undefined
  readonly searchSet: CriterionUse['searchSet'] | undefined
  /** Real numbers that a search evaluates masks with. */
  readonly precision: Precision
  /** Whether its masks are applied to newly drawn weights. */
  readonly reinitialise: boolean
  /** How its masked initial weights are brought closer to orthogonal before they are trained. */
  readonly repair: RepairSettings | null
}

export interface PlanInput {
  readonly settings: SuiteSettings
  readonly exclude: (point: MatrixPoint) => boolean
  readonly model: PluginIdentity
  /** Multiply-adds of a forward pass of one image, roughly: the unit of all costs. */
  readonly pass: number
  readonly criteria: readonly PlannedCriterion[]
  readonly data: DataIdentity
  readonly engine: EngineIdentity
  /** The machine whose times are measured. */
  readonly machine: string
}

/** The name under which the unpruned network stands in tables. */
export const CONTROL = 'unpruned'

/** The whole matrix: criterion × sparsity × k × seed, less what the suite excludes, and the control; equal units once. */
export function buildPlan(input: PlanInput): Plan {
  const { settings, criteria, exclude } = input
  const units = new PlannedUnits(input)
  const cells: PlannedCell[] = []
  if (settings.control) for (const seed of settings.seeds) cells.push(controlCell(units, input, seed))
  for (const criterion of criteria) {
    for (const sparsity of settings.sparsities) {
      for (const k of criterion.k ?? settings.k) {
        for (const seed of settings.seeds) {
          for (const repeat of repeatsOf(criterion, settings)) {
            const at = { criterion: criterion.label, sparsity, k, seed, ...repeat }
            if (isExcluded(exclude, at)) continue
            cells.push(prunedCell(units, input, criterion, { ...at, control: false }))
          }
        }
      }
    }
  }
  refuseTwins(cells)
  return { cells, units: units.all }
}

/** The repeats of a search on the same weights; a criterion's mask would be the same each time. */
function repeatsOf(
  { kind, searchSeeds }: PlannedCriterion,
  settings: SuiteSettings,
): readonly Pick<CellPoint, 'searchSeed'>[] {
  const repeats = kind === 'search' ? (searchSeeds ?? settings.searchSeeds) : undefined
  return repeats?.map((searchSeed) => ({ searchSeed })) ?? [{}]
}

/** Results, files and filters know a cell by its id: two cells with one id would be one for them. */
function refuseTwins(cells: readonly PlannedCell[]): void {
  const ids = new Set<string>()
  for (const { id } of cells) {
    if (ids.has(id)) {
      throw new Problem('usage', `two cells of the suite are named ${JSON.stringify(id)}`, {
        hint: 'criteria need labels of their own, and sparsities, k and seeds must differ in what is printed of them',
      })
    }
    ids.add(id)
  }
}

function isExcluded(exclude: PlanInput['exclude'], point: MatrixPoint): boolean {
  try {
    return exclude(point)
  } catch (error) {
    throw new Problem('usage', `exclude threw at ${JSON.stringify(point)}: ${(error as Error).message}`, {
      hint: "correct the suite's exclude function: it returns true for what is to be left out",
      cause: error,
    })
  }
}

function controlCell(units: PlannedUnits, { settings }: PlanInput, seed: number): PlannedCell {
  const point: CellPoint = { criterion: CONTROL, sparsity: 0, k: 0, seed, control: true }
  const init = units.init(seed)
  const cell: CellUnits = {
    init,
    evaluate: units.evaluate(point, init, init, null, false),
    train: units.fullTraining(seed),
    analyse: units.analyse(point, init, null),
    ...(settings.jacobian === null ? {} : { jacobian: units.jacobian(point, init, null) }),
    ...(settings.latencyBatch === null ? {} : { benchmark: units.benchmark(point, init, null) }),
  }
  return { id: cellId(point), point, units: cell }
}

function prunedCell(
  units: PlannedUnits,
  { settings }: PlanInput,
  criterion: PlannedCriterion,
  point: CellPoint,
): PlannedCell {
  const { k, seed } = point
  const drawn = criterion.reinitialise ? units.freshInit(seed) : units.init(seed)
  const weights = units.weightsAt(k, seed)
  const mask =
    criterion.kind === 'search'
      ? units.search(criterion, point, weights)
      : units.mask(criterion, point, weights)
  const repaired = criterion.repair === null ? null : units.repair(point, criterion.repair, drawn, mask)
  const init = repaired ?? drawn
  const pruned = settings.granularity === 'filter' ? units.prune(point, init, mask) : null
  const cell: CellUnits = {
    init: drawn,
    ...(criterion.kind === 'search' ? { search: mask } : { mask }),
    ...(repaired === null ? {} : { repair: repaired }),
    ...(pruned === null ? {} : { prune: pruned }),
    evaluate: units.evaluate(point, init, weights, mask, criterion.kind === 'search'),
    train: pruned === null ? units.trainMasked(point, init, mask) : units.trainPruned(point, pruned),
    analyse: units.analyse(point, init, mask),
    ...(settings.jacobian === null ? {} : { jacobian: units.jacobian(point, init, mask) }),
    // Under a mask of single weights the same program runs: there is nothing to time.
    ...(settings.latencyBatch === null || pruned === null
      ? {}
      : { benchmark: units.benchmark(point, init, mask) }),
  }
  return { id: cellId(point), point, units: cell }
}
