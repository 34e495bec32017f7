import * as v from 'valibot'
import type { Digest } from '../values/digest.ts'
import { meritNames } from '../values/merit.ts'
import type { Results } from './types.ts'

const described = <S extends v.GenericSchema>(schema: S, text: string) => v.pipe(schema, v.description(text))

const whole = v.pipe(v.number(), v.integer('must be a whole number'), v.minValue(0, 'must not be negative'))
const finite = v.pipe(v.number(), v.finite('must be finite'))
const nonNegative = v.pipe(finite, v.minValue(0, 'must not be negative'))
const share = v.pipe(finite, v.minValue(0, 'must be in [0, 1]'), v.maxValue(1, 'must be in [0, 1]'))
const digest = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest'),
) as unknown as v.GenericSchema<string, Digest>

const count = v.strictObject({ correct: whole, total: whole })
const epochAccuracy = v.strictObject({ correct: whole, total: whole, epoch: whole })
const kept = v.strictObject({ kept: whole, total: whole })
const plugin = v.strictObject({
  name: v.string(),
  digest,
  reads: v.exactOptional(
    described(
      v.record(v.string(), v.string()),
      'what it reads besides its source, with digests of what was found',
    ),
  ),
})

const someStatistic = v.strictObject({
  n: whole,
  mean: finite,
  sd: described(v.nullable(nonNegative), 'sample standard deviation; null for fewer than two values'),
  ci95: described(
    v.nullable(v.strictTuple([finite, finite])),
    "two-sided 95 % confidence interval of the mean (Student's t); null for fewer than two values",
  ),
})
const statistic = v.nullable(someStatistic)

const optimizer = v.variant('name', [
  v.strictObject({
    name: v.literal('adadelta'),
    learningRate: finite,
    rho: finite,
    epsilon: finite,
    weightDecay: finite,
  }),
  v.strictObject({ name: v.literal('sgd'), learningRate: finite, momentum: finite, weightDecay: finite }),
  v.strictObject({
    name: v.literal('adam'),
    learningRate: finite,
    beta1: finite,
    beta2: finite,
    epsilon: finite,
    weightDecay: finite,
  }),
])

const training = v.strictObject({
  loss: described(
    v.exactOptional(v.literal('double-softmax')),
    'cross-entropy where absent; double-softmax: of the softmax of probabilities, as the thesis trained CNNs',
  ),
  optimizer,
  schedule: v.variant('name', [
    v.strictObject({ name: v.literal('constant') }),
    v.strictObject({ name: v.literal('steps'), at: v.array(whole), factor: finite }),
    v.strictObject({ name: v.literal('cosine'), final: finite }),
  ]),
  batchSize: whole,
  epochs: whole,
  lossIterations: described(
    v.exactOptional(whole),
    'first iterations of which the training loss is kept; 500 where absent',
  ),
  validation: described(whole, 'training images held out to choose the best epoch'),
  testEveryEpoch: v.boolean(),
})

const criterion = v.strictObject({
  label: described(v.string(), 'what cells and groups call it'),
  plugin: described(plugin, 'the file it was read from, and the digest of its bundled source'),
  kind: v.picklist(['criterion', 'search']),
  needs: described(v.array(v.string()), 'signals its scores read; empty for a search'),
  scope: described(v.picklist(['global', 'layer']), 'what scores are ranked over; says nothing for a search'),
  options: described(
    v.record(v.string(), v.union([finite, v.string(), v.boolean()])),
    'its defaults with the choices of the suite put in',
  ),
  searchSet: described(
    whole,
    'training images a search measures accuracies on; says nothing for a criterion',
  ),
  precision: described(
    v.exactOptional(v.literal('float16')),
    'in how many bits a search evaluated its masks; float32 where absent',
  ),
  reinitialise: described(v.boolean(), 'an ablation: its masks are applied to newly drawn weights'),
  repair: described(
    v.nullable(v.strictObject({ iterations: whole, learningRate: finite })),
    'gradient descent on the orthogonality score of the masked initial weights before training; null for none',
  ),
})

const identity = v.strictObject({
  suite: v.string(),
  summary: v.string(),
  profile: v.string(),
  model: plugin,
  data: v.strictObject({
    name: v.string(),
    digest,
    origin: described(v.string(), 'where it came from, for people'),
    train: whole,
    test: whole,
    split: described(
      v.exactOptional(v.literal('stratified')),
      "how subsets, validation images and search sets were chosen; absent: the first in the data set's own order",
    ),
    passedOver: described(
      v.array(v.strictObject({ name: v.string(), why: v.string() })),
      'data sets the suite prefers to this one, and why they were not used',
    ),
  }),
  engine: v.strictObject({ runtime: v.string(), version: v.string(), device: v.string(), threads: whole }),
  training,
  criteria: described(v.array(criterion), 'what labels stand for, in the order of the suite'),
  scoringBatch: described(whole, 'training images in the one batch that gradients for scores are taken on'),
  granularity: described(
    v.picklist(['weight', 'filter']),
    'what masks decide on: single weights, or filters, which are really deleted',
  ),
  kUnit: described(v.picklist(['iterations', 'epochs']), 'what k counts'),
  merit: described(v.picklist(meritNames), 'the figure of merit: criteria are ranked and judged by it'),
  filter: described(
    v.nullable(v.string()),
    'words that chose the reported cells; null where all cells of the suite are reported',
  ),
  shard: described(
    v.nullable(v.strictObject({ index: whole, count: whole, cells: whole })),
    'which part of these cells is reported, counted from 1, of how many, and their cells together; null for all of them',
  ),
  plannedCells: described(whole, 'cells of the whole suite, reported or not'),
  versions: v.strictObject({ 'prune-bench': v.string(), node: v.string() }),
})

const speedup = described(
  v.strictObject({ median: nonNegative, low: nonNegative, high: nonNegative }),
  'time of the full network over that of this one, in paired rounds, with an interval of 95 %',
)

const group = v.strictObject({
  criterion: v.string(),
  sparsity: share,
  k: whole,
  control: v.boolean(),
  seeds: v.array(whole),
  statuses: v.strictObject({ ok: whole, collapsed: whole, failed: whole, cancelled: whole }),
  emptyLayers: v.array(v.string()),
  tiedShare: described(
    v.nullable(share),
    'largest share of a mask that ties between equal scores decide, over all cells with a mask; null for searches',
  ),
  achievedSparsity: described(statistic, 'share of maskable weights, or of filters, pruned'),
  search: described(statistic, 'accuracy in % on the search set, of the mask a search returned'),
  validation: described(
    statistic,
    'accuracy in % of the mask a search returned, untrained, at the weights after k, on held-out images',
  ),
  atK: described(statistic, 'test accuracy in %, masked and untrained, at the weights after k'),
  rewind: described(statistic, 'test accuracy in %, masked and untrained, at the initial weights'),
  last: described(statistic, 'test accuracy in % after the last epoch'),
  validationSelected: described(statistic, 'test accuracy in % after the epoch of best validation accuracy'),
  bestOnTest: described(
    statistic,
    'best test accuracy in % of all epochs: selected on the test set, too high',
  ),
  orthogonality: described(statistic, 'score of the thesis, at the initial weights'),
  orthogonalityLee: described(statistic, 'score of Lee et al. 2020, at the initial weights'),
  effectiveSparsity: described(statistic, 'share of weights or filters on no path from input to output'),
  jacobianMean: described(statistic, 'mean singular value of the Jacobian at the initial weights'),
  jacobianSd: described(statistic, 'standard deviation of these singular values'),
  parameters: described(statistic, 'trained parameters that are left'),
  macs: described(statistic, 'multiply-adds of one image that are left'),
  compressionRatio: described(statistic, 'parameters of the unpruned network over those that are left'),
  theoreticalSpeedup: described(statistic, 'multiply-adds of the unpruned network over those that are left'),
  layers: described(
    v.array(v.strictObject({ name: v.string(), total: whole, kept: someStatistic })),
    'what each layer keeps, over all cells with a mask, collapsed ones included',
  ),
  latency: described(
    v.strictObject({ full: statistic, masked: statistic, deleted: statistic, speedup: v.nullable(speedup) }),
    'times: milliseconds of one inference, and how many times as fast as the full network the pruned one is',
  ),
  seconds: described(statistic, 'a time: seconds of one cell'),
})

const critical = v.strictObject({
  criterion: v.string(),
  k: whole,
  metric: v.picklist(['last', 'validationSelected', 'bestOnTest']),
  within: described(nonNegative, 'points of accuracy below the control that count as no loss'),
  sparsity: described(
    v.nullable(share),
    'the largest sparsity within these points, as all smaller ones that were run are, mean over seeds; null where the smallest is not',
  ),
})

const cost = v.strictObject({
  parameters: described(kept, 'trained parameters, biases and batch-norm included'),
  stored: described(kept, 'the same and running statistics'),
  macs: described(
    v.nullable(kept),
    'multiply-adds of one image in convolutions and fully connected layers; null where the model does not tell what each weight costs',
  ),
  operations: described(v.nullable(kept), 'the same, batch-norm and biases included'),
  compressionRatio: described(v.nullable(finite), 'parameters: total over kept; null if none are kept'),
  theoreticalSpeedup: described(v.nullable(finite), 'macs: total over kept; null if none are kept'),
  untold: described(
    v.exactOptional(v.array(v.string())),
    'parameters of which no layer tells what applying them costs; absent where there are none',
  ),
})

const times = {
  medianMs: nonNegative,
  p25Ms: nonNegative,
  p75Ms: nonNegative,
  samples: whole,
}
const prunedTimes = v.strictObject({ ...times, speedup })

const latency = v.strictObject({
  batch: described(whole, 'images in one batch'),
  full: described(
    v.strictObject(times),
    'milliseconds of one inference of the unpruned network: median and quartiles',
  ),
  masked: described(v.nullable(prunedTimes), 'the same with pruned filters as zeros'),
  deleted: described(v.nullable(prunedTimes), 'the same with pruned filters deleted'),
})

const reducedPrecision = v.strictObject({
  precision: v.literal('float16'),
  masks: described(whole, 'masks evaluated in both ways: the first of every 50 that the search decided'),
  images: described(whole, 'images under all of these masks together'),
  differently: described(whole, 'of these images, those that got another class'),
  surplus: described(finite, 'right answers more than in float32, added up over masks; negative where fewer'),
  deviation: described(whole, 'the same with the difference of every mask counted positive'),
  decisions: described(whole, 'masks about which the search would have decided otherwise'),
})

const failure = v.strictObject({
  kind: v.picklist(['error', 'crash', 'timeout']),
  message: v.string(),
  hint: v.exactOptional(v.string()),
  stack: v.exactOptional(v.string()),
  exitCode: v.exactOptional(v.number()),
  signal: v.exactOptional(v.string()),
  stderr: v.exactOptional(v.array(v.string())),
})
const unit = v.strictObject({ key: digest, label: v.string() })

const cell = v.strictObject({
  id: v.string(),
  point: v.strictObject({
    criterion: v.string(),
    sparsity: share,
    k: described(whole, 'iterations or epochs (see kUnit) of training before the mask is chosen'),
    seed: whole,
    searchSeed: described(
      v.exactOptional(whole),
      'which repeat of a search on the same weights; absent where the suite repeats none',
    ),
    control: described(v.boolean(), 'the unpruned network'),
  }),
  status: described(
    v.picklist(['ok', 'collapsed', 'failed', 'cancelled']),
    'collapsed: no path of kept weights or filters leads from input to output and nothing was trained',
  ),
  sparsity: v.strictObject({
    requested: share,
    achieved: v.nullable(share),
    kept: v.nullable(whole),
    total: v.nullable(whole),
  }),
  layers: v.nullable(v.array(v.strictObject({ name: v.string(), kept: whole, total: whole }))),
  emptyLayers: described(v.array(v.string()), 'layers that keep nothing'),
  ties: described(
    v.nullable(v.strictObject({ kept: whole, pruned: whole })),
    "entries with the score of a criterion's cut: which of them are kept, their place decided; null for searches",
  ),
  accuracy: described(
    v.strictObject({
      search: v.nullable(count),
      validation: v.nullable(count),
      atK: v.nullable(count),
      rewind: v.nullable(count),
      last: v.nullable(epochAccuracy),
      validationSelected: v.nullable(epochAccuracy),
      bestOnTest: v.nullable(epochAccuracy),
    }),
    'counts over counts; null where not computed; see the group of the same name',
  ),
  curve: described(
    v.array(
      v.strictObject({
        epoch: whole,
        loss: finite,
        validation: v.nullable(count),
        test: v.nullable(count),
      }),
    ),
    'one entry per epoch, counted from 1',
  ),
  orthogonality: described(
    v.nullable(
      v.strictObject({
        thesis: finite,
        lee: finite,
        layers: v.array(v.strictObject({ name: v.string(), thesis: finite, lee: finite })),
      }),
    ),
    'of networks whose maskable parameters are the weights of fully connected layers; sums over layers',
  ),
  effective: described(
    v.nullable(kept),
    'weights or filters on a path from input to output; null where the model does not tell its structure',
  ),
  jacobian: described(
    v.nullable(
      v.strictObject({
        mean: nonNegative,
        sd: nonNegative,
        min: nonNegative,
        max: nonNegative,
        images: whole,
      }),
    ),
    'singular values of the derivative of the logits by the normalised image, of so many images',
  ),
  cost: v.nullable(cost),
  latency: described(v.nullable(latency), 'times, measured beside each other in one run'),
  evaluatedMasks: described(whole, 'masks evaluated by a search; 0 for criteria'),
  reducedPrecision: described(
    v.exactOptional(reducedPrecision),
    'of a search that evaluated its masks in fewer bits than float32: some of those it decided, in both ways',
  ),
  failure: v.nullable(failure),
  failedUnit: v.nullable(unit),
  missingFigures: described(
    v.array(v.strictObject({ role: v.picklist(['analyse', 'jacobian', 'benchmark']), unit, failure })),
    'diagnostics that failed: the cell lacks their figures and nothing else',
  ),
  units: described(v.record(v.string(), digest), 'keys of its units in the store, by role'),
  seconds: described(nonNegative, 'a time: seconds of all units it needs, shared ones counted in full'),
})

/** What `results.json` must look like. Unknown properties are refused: a change of form is a new version. */
export const resultsSchema: v.GenericSchema<unknown, Results> = v.strictObject({
  schema: v.literal('prune-bench/results@4'),
  identity,
  groups: described(
    v.array(group),
    'cells that differ in their seed, or in the repeat of their search, only; statistics are over seeds, each the mean of its cells that are ok',
  ),
  critical: described(
    v.array(critical),
    'how far each criterion and k can prune at no loss; empty without a control',
  ),
  cells: described(
    v.array(cell),
    'control first, then criteria in the order of the suite, sparsity, k, seed, repeat of the search',
  ),
})
