import * as v from 'valibot'
import { whyNoFileName } from '../values/file-name.ts'
import { meritNames } from '../values/merit.ts'
import { normalShare } from '../values/share.ts'
import { check, count, fn, natural, orObject, positive, strict, text } from './checking.ts'
import { signalNames } from './criterion.ts'

const fileName = v.pipe(
  text,
  v.check(
    (name) => whyNoFileName(name) === undefined && name.length <= 60,
    ({ input }) => `cannot be a folder's name: ${whyNoFileName(input) ?? 'it has more than 60 characters'}`,
  ),
)
const nonNegative = v.pipe(v.number(), v.finite('must be finite'), v.minValue(0, 'must not be negative'))
const share = v.pipe(v.number(), v.minValue(0, 'must be in [0, 1)'), v.ltValue(1, 'must be in [0, 1)'))
const sparsity = v.pipe(
  share,
  v.check((value) => normalShare(value) < 1, 'must be in [0, 1) when rounded to 10 digits'),
)
const options = v.record(
  text,
  v.union([v.pipe(v.number(), v.finite('must be finite')), v.string(), v.boolean()]),
)
const ignoredReads = v.optional(v.array(text))
const scope = v.picklist(['global', 'layer'])

const criterion = strict({
  name: v.optional(text),
  summary: text,
  needs: v.array(v.picklist(signalNames)),
  scope: v.optional(scope),
  options: v.optional(options),
  ignoredReads,
  score: fn,
})

const search = strict({
  name: v.optional(text),
  summary: text,
  options: v.optional(options),
  ignoredReads,
  search: fn,
})

const model = v.pipe(
  strict({
    summary: text,
    input: v.strictTuple([count, count, count]),
    classes: count,
    parameters: v.pipe(
      v.array(strict({ name: text, shape: v.array(count), init: fn, maskable: v.boolean() })),
      v.check((all) => all.some((p) => p.maskable), 'must have at least one maskable parameter'),
    ),
    buffers: v.optional(
      v.array(strict({ name: text, shape: v.array(count), init: fn, fixed: v.optional(v.boolean()) })),
    ),
    forward: fn,
    ignoredReads,
    wire: v.optional(fn),
    split: v.optional(strict({ prepare: fn, finish: fn, whole: fn })),
    logits: v.optional(strict({ forward: fn, whole: fn })),
    steps: v.optional(
      strict({
        list: v.array(
          v.variant('kind', [
            strict({ kind: v.literal('dense'), weight: text, bias: v.nullable(text) }),
            ...(['relu', 'same', 'order'] as const).map((kind) => strict({ kind: v.literal(kind) })),
          ]),
        ),
        whole: fn,
      }),
    ),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const names = new Set<string>()
    for (const list of ['parameters', 'buffers'] as const)
      dataset.value[list]?.forEach(({ name }, i) => {
        const twice = { message: 'names must differ', input: name }
        if (names.has(name)) addIssue({ ...twice, path: [inPath(list), inPath(i), inPath('name')] })
        names.add(name)
      })
  }),
)

/** A step on the way to a wrong value. */
function inPath(key: string | number): v.UnknownPathItem {
  return { type: 'unknown', origin: 'value', input: undefined, key, value: undefined }
}

const scaled = v.maxValue<number, number, string>(1, 'must be at most 1: pixels are divided by 255 first')

const dataset = v.looseObject({
  summary: text,
  description: v.pipe(
    strict({
      name: text,
      shape: v.strictTuple([count, count, count]),
      classes: v.pipe(count, v.maxValue(256, 'must be at most 256: labels are bytes')),
      mean: v.array(v.pipe(nonNegative, scaled)),
      std: v.array(v.pipe(positive, scaled)),
      size: strict({ train: count, test: count }),
    }),
    v.rawCheck(({ dataset: given, addIssue }) => {
      if (!given.typed) return
      const channels = given.value.shape[2]
      for (const list of ['mean', 'std'] as const)
        if (given.value[list].length !== channels)
          addIssue({
            message: `must have one number for each channel, and shape has ${channels}`,
            input: given.value[list],
            path: [inPath(list)],
          })
    }),
  ),
  inRandomOrder: v.optional(v.literal(true)),
  locate: fn,
  load: fn,
})

const optimizer = v.variant('name', [
  strict({
    name: v.literal('adadelta'),
    learningRate: positive,
    rho: share,
    epsilon: positive,
    weightDecay: nonNegative,
  }),
  strict({
    name: v.literal('sgd'),
    learningRate: positive,
    momentum: share,
    weightDecay: nonNegative,
  }),
  strict({
    name: v.literal('adam'),
    learningRate: positive,
    beta1: share,
    beta2: share,
    epsilon: positive,
    weightDecay: nonNegative,
  }),
])

const training = strict({
  loss: v.optional(v.literal('double-softmax')),
  optimizer,
  schedule: v.variant('name', [
    strict({ name: v.literal('constant') }),
    strict({ name: v.literal('steps'), at: v.array(natural), factor: positive }),
    strict({ name: v.literal('cosine'), final: nonNegative }),
  ]),
  batchSize: count,
  epochs: count,
  lossIterations: v.optional(natural),
  validation: natural,
  testEveryEpoch: v.boolean(),
})

const searchSeeds = v.pipe(v.array(natural), v.minLength(1, 'must have at least one search seed'))

const settings = {
  model: text,
  data: v.pipe(
    v.array(
      orObject(
        text,
        strict({
          name: text,
          size: v.optional(strict({ train: count, test: count })),
          inCI: v.optional(v.boolean()),
        }),
      ),
    ),
    v.minLength(1, 'must name at least one data set'),
  ),
  criteria: v.array(
    orObject(
      text,
      strict({
        criterion: text,
        label: v.optional(text),
        scope: v.optional(scope),
        options: v.optional(options),
        k: v.optional(v.pipe(v.array(natural), v.minLength(1, 'must have at least one value'))),
        searchSeeds: v.optional(searchSeeds),
        searchSet: v.optional(v.union([count, v.literal('all')])),
        evaluation: v.optional(strict({ precision: v.picklist(['float32', 'float16']) })),
        reinitialise: v.optional(v.boolean()),
        repair: v.optional(strict({ iterations: count, learningRate: positive })),
      }),
    ),
  ),
  granularity: v.picklist(['weight', 'filter']),
  sparsities: v.array(sparsity),
  kUnit: v.picklist(['iterations', 'epochs']),
  k: v.pipe(
    v.array(natural),
    v.minLength(1, 'must have at least one value; [0] chooses masks at initialisation'),
  ),
  seeds: v.pipe(v.array(natural), v.minLength(1, 'must have at least one seed')),
  searchSeeds: v.optional(searchSeeds),
  training,
  scoringBatch: count,
  searchSet: count,
  split: v.picklist(['stratified', 'first']),
  control: v.boolean(),
  latencyBatch: v.nullable(v.pipe(count, v.maxValue(1024, 'must be at most 1024 images'))),
  jacobian: v.nullable(strict({ images: v.pipe(count, v.maxValue(1024, 'must be at most 1024')) })),
  merit: v.picklist(
    meritNames,
    `must be one of ${meritNames.join(', ')}; bestOnTest is chosen on the test set, so it judges nothing`,
  ),
  assertions: v.array(
    v.looseObject({ kind: v.literal('assertion', 'must be what cells(…) and one of its methods return') }),
  ),
}

const suite = strict({
  summary: text,
  ...settings,
  k: v.optional(settings.k),
  scoringBatch: v.optional(count),
  searchSet: v.optional(count),
  split: v.optional(settings.split),
  control: v.optional(v.boolean()),
  granularity: v.optional(settings.granularity),
  kUnit: v.optional(settings.kUnit),
  latencyBatch: v.optional(settings.latencyBatch),
  jacobian: v.optional(settings.jacobian),
  merit: v.optional(settings.merit),
  assertions: v.optional(settings.assertions),
  exclude: v.optional(fn),
  profiles: v.optional(v.record(fileName, v.partial(strict(settings)))),
})

/** Throws a `Problem` naming the property and its value if a criterion is not what the types ask for. */
export function checkCriterion(definition: unknown): void {
  check('criterion', criterion, definition)
}

export function checkSearch(definition: unknown): void {
  check('search', search, definition)
}

export function checkModel(definition: unknown): void {
  check('model', model, definition)
}

export function checkDataset(definition: unknown): void {
  check('data set', dataset, definition)
}

export function checkSuite(definition: unknown): void {
  check('suite', suite, definition)
}
