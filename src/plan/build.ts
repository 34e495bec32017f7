import type { CriterionUse, MatrixPoint, Options, Scope, SignalName, SuiteSettings } from '../plugin/index.ts'
import type { Digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import { cellId } from './cell-id.ts'
import { unitOf } from './key.ts'
import type {
  CellPoint,
  CellUnits,
  DataIdentity,
  EngineIdentity,
  Plan,
  PlannedCell,
  PluginIdentity,
  Unit,
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
}

export interface PlanInput {
  readonly settings: SuiteSettings
  readonly exclude: (point: MatrixPoint) => boolean
  readonly model: PluginIdentity
  /** Number of maskable weights. */
  readonly weights: number
  readonly criteria: readonly PlannedCriterion[]
  readonly data: DataIdentity
  readonly engine: EngineIdentity
}

/** The name under which the unpruned network stands in tables. */
export const CONTROL = 'unpruned'

/** The whole matrix: criterion × sparsity × k × seed, less what the suite excludes, and the control; equal units once. */
export function buildPlan(input: PlanInput): Plan {
  const { settings, criteria, exclude } = input
  const units = new Units(input)
  const cells: PlannedCell[] = []
  if (settings.control) for (const seed of settings.seeds) cells.push(controlCell(units, seed))
  for (const criterion of criteria) {
    for (const sparsity of settings.sparsities) {
      for (const k of criterion.k ?? settings.k) {
        for (const seed of settings.seeds) {
          const at = { criterion: criterion.label, sparsity, k, seed }
          if (!isExcluded(exclude, at)) cells.push(prunedCell(units, criterion, { ...at, control: false }))
        }
      }
    }
  }
  return { cells, units: units.all }
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

function controlCell(units: Units, seed: number): PlannedCell {
  const point: CellPoint = { criterion: CONTROL, sparsity: 0, k: 0, seed, control: true }
  const init = units.init(seed)
  return {
    id: cellId(point),
    point,
    units: {
      init,
      evaluate: units.evaluate(point, init, init, null),
      train: units.fullTraining(seed),
      analyse: units.analyse(point, init, null),
    },
  }
}

function prunedCell(units: Units, criterion: PlannedCriterion, point: CellPoint): PlannedCell {
  const { k, seed } = point
  const init = units.init(seed)
  const weights = units.weightsAt(k, seed)
  const found =
    criterion.kind === 'search'
      ? units.search(criterion, point, weights)
      : units.mask(criterion, point, weights)
  const cell: CellUnits = {
    init,
    ...(criterion.kind === 'search' ? { search: found } : { mask: found }),
    evaluate: units.evaluate(point, init, weights, found),
    train: units.train(point, init, found),
    analyse: units.analyse(point, init, found),
  }
  return { id: cellId(point), point, units: cell }
}

/** What of a training its first iterations depend on: neither its length, unless the schedule does, nor its curves. */
function beginningOf(training: TrainingSettings): TrainingSettings {
  const epochs = training.schedule.name === 'cosine' ? training.epochs : 0
  return { ...training, epochs, testEveryEpoch: false }
}

/** The units of one plan. Methods return keys; what is shared between cells is made once. */
class Units {
  readonly all = new Map<Digest, Unit>()
  private readonly shared = new Map<string, Digest>()
  private readonly input: PlanInput
  /** Multiply-adds of a forward pass of one image; the unit of all costs. */
  private readonly pass: number

  constructor(input: PlanInput) {
    this.input = input
    this.pass = input.weights
  }

  init(seed: number): Digest {
    return this.once(`init/${seed}`, () =>
      unitOf(
        'init',
        { settings: {}, inputs: {}, plugins: { model: this.input.model }, data: null, engine: null, seed },
        { label: `initial weights, seed ${seed}`, weight: this.pass },
      ),
    )
  }

  weightsAt(k: number, seed: number): Digest {
    if (k === 0) return this.init(seed)
    return this.once(`pretrain/${k}/${seed}`, () => {
      const { training } = this.input.settings
      return unitOf(
        'pretrain',
        {
          settings: { iterations: k, training: beginningOf(training) },
          inputs: { initial: this.init(seed) },
          ...this.computed(seed),
        },
        { label: `train ${k} iterations, seed ${seed}`, weight: 3 * k * training.batchSize * this.pass },
      )
    })
  }

  fullTraining(seed: number): Digest {
    return this.once(`full/${seed}`, () =>
      this.training(`train unpruned, seed ${seed}`, seed, { initial: this.init(seed) }),
    )
  }

  train(point: CellPoint, initial: Digest, mask: Digest): Digest {
    return this.once(`train/${initial}/${mask}`, () =>
      this.training(`train ${cellId(point)}`, point.seed, { initial, mask }),
    )
  }

  mask(criterion: PlannedCriterion, point: CellPoint, weights: Digest): Digest {
    const scores = this.scores(criterion, point, weights)
    const { sparsity } = point
    return this.once(`mask/${scores}/${sparsity}/${criterion.scope}`, () =>
      unitOf(
        'mask',
        {
          settings: { sparsity, scope: criterion.scope },
          inputs: { scores },
          plugins: {},
          data: null,
          engine: null,
          seed: null,
        },
        { label: `mask of ${cellId(point)}`, weight: 10 * this.pass },
      ),
    )
  }

  search(criterion: PlannedCriterion, point: CellPoint, weights: Digest): Digest {
    const { searchSet } = this.input.settings
    const { options, label, plugin } = criterion
    const budget = typeof options.budget === 'number' ? options.budget : 1000
    return this.once(`search/${label}/${point.sparsity}/${point.k}/${point.seed}`, () =>
      unitOf(
        'search',
        {
          settings: { sparsity: point.sparsity, searchSet, options },
          inputs: { weights },
          ...this.computed(point.seed),
          plugins: { model: this.input.model, search: plugin },
        },
        { label: `search for ${cellId(point)}`, weight: budget * searchSet * this.pass },
      ),
    )
  }

  evaluate(point: CellPoint, initial: Digest, weights: Digest, mask: Digest | null): Digest {
    return this.once(`evaluate/${initial}/${weights}/${mask ?? ''}`, () =>
      unitOf(
        'evaluate',
        {
          settings: {},
          inputs: { initial, weights, ...(mask === null ? {} : { mask }) },
          ...this.computed(null),
        },
        { label: `evaluate ${cellId(point)}`, weight: 2 * this.input.data.test * this.pass },
      ),
    )
  }

  analyse(point: CellPoint, initial: Digest, mask: Digest | null): Digest {
    return this.once(`analyse/${initial}/${mask ?? ''}`, () =>
      unitOf(
        'analyse',
        {
          settings: {},
          inputs: { initial, ...(mask === null ? {} : { mask }) },
          plugins: { model: this.input.model },
          data: null,
          engine: null,
          seed: null,
        },
        { label: `analyse ${cellId(point)}`, weight: 1000 * this.pass },
      ),
    )
  }

  private scores(criterion: PlannedCriterion, point: CellPoint, weights: Digest): Digest {
    const { needs, options, label, plugin } = criterion
    const { k, seed } = point
    const atK = needs.includes('weights') || needs.includes('gradients')
    const seeded = needs.length > 0
    return this.once(`scores/${label}/${atK ? k : '-'}/${seeded ? seed : '-'}`, () =>
      unitOf(
        'scores',
        {
          settings: { needs, options },
          inputs: {
            ...(needs.includes('weights') ? { weights } : {}),
            ...(needs.includes('initialWeights') ? { initialWeights: this.init(seed) } : {}),
            ...(needs.includes('trainedWeights') ? { trainedWeights: this.fullTraining(seed) } : {}),
            ...(needs.includes('gradients') ? { gradients: this.gradients(weights, k, seed) } : {}),
          },
          plugins: { model: this.input.model, criterion: plugin },
          data: null,
          engine: this.input.engine,
          seed: needs.includes('noise') ? seed : null,
        },
        {
          label: `scores of ${label}${atK ? `, k=${k}` : ''}${seeded ? `, seed ${seed}` : ''}`,
          weight: 100 * this.pass,
        },
      ),
    )
  }

  private gradients(weights: Digest, k: number, seed: number): Digest {
    const batchSize = this.input.settings.scoringBatch
    return this.once(`signals/${k}/${seed}`, () =>
      unitOf(
        'signals',
        {
          settings: { batchSize, validation: this.input.settings.training.validation },
          inputs: { weights },
          ...this.computed(seed),
        },
        { label: `gradients, k=${k}, seed ${seed}`, weight: 3 * batchSize * this.pass },
      ),
    )
  }

  private training(label: string, seed: number, inputs: Readonly<Record<string, Digest>>): Unit {
    const { training } = this.input.settings
    const { train, test } = this.input.data
    const perEpoch = 3 * train + training.validation + (training.testEveryEpoch ? test : 0)
    return unitOf(
      'train',
      { settings: { training }, inputs, ...this.computed(seed) },
      { label, weight: training.epochs * perEpoch * this.pass },
    )
  }

  /** What every unit that runs the network on data depends on. */
  private computed(seed: number | null) {
    const { model, data, engine } = this.input
    return { plugins: { model }, data, engine, seed }
  }

  private once(name: string, make: () => Unit): Digest {
    const known = this.shared.get(name)
    if (known !== undefined) return known
    const unit = make()
    this.shared.set(name, unit.key)
    this.all.set(unit.key, unit)
    return unit.key
  }
}
