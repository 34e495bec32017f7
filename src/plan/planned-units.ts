import { canonicalJson } from '../values/canonical-json.ts'
import type { SuiteSettings } from '../plugin/index.ts'
import type { Digest } from '../values/digest.ts'
import { signalsAtK } from '../values/signals-at-k.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import type { PlanInput, PlannedCriterion } from './build.ts'
import { cellId } from './cell-id.ts'
import { unitOf } from './key.ts'
import type { CellPoint, DataIdentity, RepairSettings, Unit } from './types.ts'

/** What of a training its first iterations depend on: neither its length, unless the schedule does, nor what is told of it. */
function beginningOf(training: TrainingSettings): TrainingSettings {
  const { loss, optimizer, schedule, batchSize, validation } = training
  const epochs = schedule.name === 'cosine' ? training.epochs : 0
  return {
    ...(loss === undefined ? {} : { loss }),
    ...{ optimizer, schedule, batchSize, epochs, validation },
    testEveryEpoch: false,
  }
}

/** Training images that a search measures accuracies on; `all` leaves out what is held out for validation. */
export function searchSetOf(
  wanted: PlannedCriterion['searchSet'],
  settings: Pick<SuiteSettings, 'searchSet' | 'training'>,
  data: DataIdentity,
): number {
  if (wanted === 'all') return data.train - settings.training.validation
  return wanted ?? settings.searchSet
}

/** The units of one plan. Methods return keys; what is shared between cells is made once. */
export class PlannedUnits {
  readonly all = new Map<Digest, Unit>()
  private readonly input: PlanInput
  private readonly pass: number
  private readonly stepsPerEpoch: number
  /** Where the full network is read during its training, ascending: each but the first goes on from the one before. */
  private readonly checkpoints: readonly number[]
  private readonly byFilter: { readonly granularity?: 'filter' }

  constructor(input: PlanInput) {
    const { settings, criteria, data } = input
    this.input = input
    this.pass = input.pass
    this.stepsPerEpoch = Math.ceil((data.train - settings.training.validation) / settings.training.batchSize)
    this.checkpoints = [...new Set(criteria.flatMap(({ k }) => k ?? settings.k))].sort((a, b) => a - b)
    this.byFilter = settings.granularity === 'filter' ? { granularity: 'filter' } : {}
  }

  init(seed: number): Digest {
    return this.drawn(seed, {}, `initial weights, seed ${seed}`)
  }

  /** Weights that nothing else of the seed begins with. */
  freshInit(seed: number): Digest {
    return this.drawn(seed, { draw: 'fresh' }, `newly drawn weights, seed ${seed}`)
  }

  /** The full network after k iterations or epochs; after all of them it is the unpruned network's training. */
  weightsAt(k: number, seed: number): Digest {
    if (k === 0) return this.init(seed)
    const { training, kUnit } = this.input.settings
    const iterations = kUnit === 'epochs' ? k * this.stepsPerEpoch : k
    if (iterations === training.epochs * this.stepsPerEpoch) return this.fullTraining(seed)
    const before = this.checkpoints.findLast((other) => other > 0 && other < k)
    return this.once(
      unitOf(
        'pretrain',
        {
          settings: { iterations, training: beginningOf(training) },
          inputs: { initial: this.init(seed) },
          ...this.computed(seed),
        },
        {
          label: `train ${k} ${k === 1 ? kUnit.slice(0, -1) : kUnit}, seed ${seed}`,
          weight: 3 * iterations * training.batchSize * this.pass,
          ...(before === undefined ? {} : { resumes: this.weightsAt(before, seed) }),
        },
      ),
    )
  }

  fullTraining(seed: number): Digest {
    return this.once(this.training(`train unpruned, seed ${seed}`, seed, { initial: this.init(seed) }, 1))
  }

  trainMasked(point: CellPoint, initial: Digest, mask: Digest): Digest {
    return this.once(this.training(`train ${cellId(point)}`, point.seed, { initial, mask }, 1))
  }

  trainPruned(point: CellPoint, pruned: Digest): Digest {
    return this.once(
      this.training(`train ${cellId(point)}`, point.seed, { initial: pruned }, this.left(point)),
    )
  }

  mask(criterion: PlannedCriterion, point: CellPoint, weights: Digest): Digest {
    const scores = this.scores(criterion, point, weights)
    const { sparsity } = point
    return this.once(
      unitOf(
        'mask',
        {
          settings: { sparsity, scope: criterion.scope, ...this.byFilter },
          inputs: { scores },
          plugins: { model: this.input.model },
          data: null,
          engine: null,
          seed: null,
        },
        { label: `mask of ${cellId(point)}`, weight: 10 * this.pass },
      ),
    )
  }

  search(criterion: PlannedCriterion, point: CellPoint, weights: Digest): Digest {
    const { settings, data, model } = this.input
    const { options, plugin } = criterion
    const searchSet = searchSetOf(criterion.searchSet, settings, data)
    const budget = typeof options.budget === 'number' ? options.budget : 1000
    const stream = cellId({ ...point, criterion: this.searcher(criterion) })
    return this.once(
      unitOf(
        'search',
        {
          settings: {
            ...{ stream, sparsity: point.sparsity, searchSet, options, ...this.byFilter },
            ...(criterion.precision === 'float32' ? {} : { precision: criterion.precision }),
          },
          inputs: { weights },
          ...this.computed(point.seed),
          plugins: { model, search: plugin },
        },
        {
          label: `search for ${cellId(point)}`,
          // Kernels for fully connected networks take about an eighth of the time of whole passes.
          weight: (budget * searchSet * this.pass * this.left(point)) / (this.byFilter.granularity ? 1 : 8),
        },
      ),
    )
  }

  /** Whose mask it is: an ablation takes the one that its plain sibling finds, where the suite has such a criterion. */
  private searcher(criterion: PlannedCriterion): string {
    const isPlain = ({ reinitialise, repair }: PlannedCriterion) => !reinitialise && repair === null
    if (isPlain(criterion)) return criterion.label
    const searchOf = ({ plugin, options, searchSet, precision }: PlannedCriterion) =>
      canonicalJson({ plugin: plugin.digest, options, searchSet: searchSet ?? null, precision })
    const siblings = this.input.criteria.filter((other) => searchOf(other) === searchOf(criterion))
    return (siblings.find(isPlain) ?? siblings[0] ?? criterion).label
  }

  prune(point: CellPoint, weights: Digest, mask: Digest): Digest {
    return this.once(
      unitOf(
        'prune',
        {
          settings: {},
          inputs: { weights, mask },
          plugins: { model: this.input.model },
          data: null,
          engine: null,
          seed: null,
        },
        { label: `delete filters of ${cellId(point)}`, weight: this.pass },
      ),
    )
  }

  /** Weights under a mask, closer to orthogonal than they were. */
  repair(point: CellPoint, settings: RepairSettings, initial: Digest, mask: Digest): Digest {
    const { engine, model, pass } = this.input
    return this.once(
      unitOf(
        'repair',
        { settings, inputs: { initial, mask }, plugins: { model }, data: null, engine, seed: null },
        // A step takes about twice as many multiply-adds for each weight as its layer has outputs; hundreds, mostly.
        { label: `repair ${cellId(point)}`, weight: settings.iterations * 300 * pass },
      ),
    )
  }

  /** A search's mask is also evaluated on held-out images, where there are some. */
  evaluate(point: CellPoint, initial: Digest, weights: Digest, mask: Digest | null, search: boolean): Digest {
    const { validation } = this.input.settings.training
    const held = search && validation > 0 ? { validation } : {}
    return this.once(
      unitOf(
        'evaluate',
        {
          settings: mask === null ? {} : { ...this.byFilter, ...held },
          inputs: { initial, weights, ...(mask === null ? {} : { mask }) },
          ...this.computed(null),
        },
        {
          label: `evaluate ${cellId(point)}`,
          weight: 2 * this.input.data.test * this.pass * this.left(point),
        },
      ),
    )
  }

  analyse(point: CellPoint, initial: Digest, mask: Digest | null): Digest {
    return this.once(
      unitOf(
        'analyse',
        {
          settings: this.byFilter,
          inputs: { initial, ...(mask === null ? {} : { mask }) },
          plugins: { model: this.input.model },
          data: null,
          engine: null,
          seed: null,
        },
        // Orthogonality, of single weights alone, is what takes time.
        { label: `analyse ${cellId(point)}`, weight: (this.byFilter.granularity ? 10 : 1000) * this.pass },
      ),
    )
  }

  /** Singular values of the Jacobian of the masked network, of the full one where there is no mask. */
  jacobian(point: CellPoint, initial: Digest, mask: Digest | null): Digest {
    const { images } = this.input.settings.jacobian ?? { images: 1 }
    return this.once(
      unitOf(
        'jacobian',
        {
          settings: { images, ...(mask === null ? {} : this.byFilter) },
          inputs: { initial, ...(mask === null ? {} : { mask }) },
          ...this.computed(null),
        },
        // Every class is a backward pass.
        {
          label: `Jacobian of ${cellId(point)}`,
          weight: 30 * images * this.pass * this.left(point),
        },
      ),
    )
  }

  benchmark(point: CellPoint, weights: Digest, mask: Digest | null): Digest {
    const { settings, machine } = this.input
    return this.once(
      unitOf(
        'benchmark',
        {
          settings: { batch: settings.latencyBatch ?? 1, machine, ...(mask === null ? {} : this.byFilter) },
          inputs: { weights, ...(mask === null ? {} : { mask }) },
          ...this.computed(null),
          // Images of any content take the same time.
          data: null,
        },
        { label: `time ${cellId(point)}`, weight: 1000 * this.pass, alone: true },
      ),
    )
  }

  private drawn(seed: number, settings: { draw?: 'fresh' }, label: string): Digest {
    return this.once(
      unitOf(
        'init',
        { settings, inputs: {}, plugins: { model: this.input.model }, data: null, engine: null, seed },
        { label, weight: this.pass },
      ),
    )
  }

  private scores(criterion: PlannedCriterion, point: CellPoint, weights: Digest): Digest {
    const { needs, options, label, plugin } = criterion
    const { k, seed } = point
    const reads = (...signals: PlannedCriterion['needs'][number][]) =>
      signals.some((signal) => needs.includes(signal))
    const atK = needs.some((need) => signalsAtK.includes(need))
    const seeded = needs.length > 0
    return this.once(
      unitOf(
        'scores',
        {
          settings: { needs, options, ...this.byFilter },
          inputs: {
            ...(reads('weights', 'scales') ? { weights } : {}),
            ...(reads('initialWeights') ? { initialWeights: this.init(seed) } : {}),
            ...(reads('trainedWeights', 'trainedScales') ? { trainedWeights: this.fullTraining(seed) } : {}),
            ...(reads('gradients') ? { gradients: this.gradients(weights, k, seed) } : {}),
          },
          plugins: { model: this.input.model, criterion: plugin },
          data: null,
          engine: this.input.engine,
          seed: reads('noise') ? seed : null,
        },
        {
          label: `scores of ${label}${atK ? `, k=${k}` : ''}${seeded ? `, seed ${seed}` : ''}`,
          weight: 100 * this.pass,
        },
      ),
    )
  }

  private gradients(weights: Digest, k: number, seed: number): Digest {
    const { scoringBatch, training } = this.input.settings
    return this.once(
      unitOf(
        'signals',
        {
          settings: {
            batchSize: scoringBatch,
            validation: training.validation,
            ...(training.loss === undefined ? {} : { loss: training.loss }),
          },
          inputs: { weights },
          ...this.computed(seed),
        },
        { label: `gradients, k=${k}, seed ${seed}`, weight: 3 * scoringBatch * this.pass },
      ),
    )
  }

  private training(
    label: string,
    seed: number,
    inputs: Readonly<Record<string, Digest>>,
    share: number,
  ): Unit {
    const { training } = this.input.settings
    const { train, test } = this.input.data
    const perEpoch = 3 * train + training.validation + (training.testEveryEpoch ? test : 0)
    return unitOf(
      'train',
      { settings: { training }, inputs, ...this.computed(seed) },
      { label, weight: training.epochs * perEpoch * this.pass * share },
    )
  }

  /** The share of a forward pass that is left to compute: where filters go, both of a layer's axes shrink. */
  private left({ sparsity }: CellPoint): number {
    return this.byFilter.granularity === 'filter' ? (1 - sparsity) ** 2 : 1
  }

  /** What every unit that runs the network on data depends on. */
  private computed(seed: number | null) {
    const { model, data, engine } = this.input
    return { plugins: { model }, data, engine, seed }
  }

  /** Units are known by their documents: equal work is one unit, and different work never is, whoever asks for it. */
  private once(unit: Unit): Digest {
    if (!this.all.has(unit.key)) this.all.set(unit.key, unit)
    return unit.key
  }
}
