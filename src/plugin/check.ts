import * as v from 'valibot'
import { whyNoFileName } from '../values/file-name.ts'
import { meritNames } from '../values/merit.ts'
import { Problem } from '../values/problem.ts'
import { normalShare } from '../values/share.ts'
import { signalNames } from './criterion.ts'

const text = v.pipe(v.string(), v.nonEmpty('must not be empty'))
const fileName = v.pipe(
  text,
  v.check(
    (name) => whyNoFileName(name) === undefined && name.length <= 60,
    ({ input }) => `cannot be a folder's name: ${whyNoFileName(input) ?? 'it has more than 60 characters'}`,
  ),
)
const fn = v.function('must be a function')
const count = v.pipe(v.number(), v.integer('must be a whole number'), v.minValue(1, 'must be at least 1'))
const natural = v.pipe(v.number(), v.integer('must be a whole number'), v.minValue(0, 'must not be negative'))
const positive = v.pipe(v.number(), v.finite('must be finite'), v.gtValue(0, 'must be above 0'))
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

const criterion = v.strictObject({
  name: v.optional(text),
  summary: text,
  needs: v.array(v.picklist(signalNames)),
  scope: v.optional(scope),
  options: v.optional(options),
  ignoredReads,
  score: fn,
})

const search = v.strictObject({
  name: v.optional(text),
  summary: text,
  options: v.optional(options),
  ignoredReads,
  search: fn,
})

const model = v.pipe(
  v.strictObject({
    summary: text,
    input: v.strictTuple([count, count, count]),
    classes: count,
    parameters: v.pipe(
      v.array(v.strictObject({ name: text, shape: v.array(count), init: fn, maskable: v.boolean() })),
      v.check((all) => all.some((p) => p.maskable), 'must have at least one maskable parameter'),
    ),
    buffers: v.optional(
      v.array(
        v.strictObject({ name: text, shape: v.array(count), init: fn, fixed: v.optional(v.boolean()) }),
      ),
    ),
    forward: fn,
    ignoredReads,
    wire: v.optional(fn),
    split: v.optional(v.strictObject({ prepare: fn, finish: fn, whole: fn })),
    logits: v.optional(v.strictObject({ forward: fn, whole: fn })),
    steps: v.optional(
      v.strictObject({
        list: v.array(
          v.variant('kind', [
            v.strictObject({ kind: v.literal('dense'), weight: text, bias: v.nullable(text) }),
            ...(['relu', 'same', 'order'] as const).map((kind) => v.strictObject({ kind: v.literal(kind) })),
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
    v.strictObject({
      name: text,
      shape: v.strictTuple([count, count, count]),
      classes: v.pipe(count, v.maxValue(256, 'must be at most 256: labels are bytes')),
      mean: v.array(v.pipe(nonNegative, scaled)),
      std: v.array(v.pipe(positive, scaled)),
      size: v.strictObject({ train: count, test: count }),
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
  v.strictObject({
    name: v.literal('adadelta'),
    learningRate: positive,
    rho: share,
    epsilon: positive,
    weightDecay: nonNegative,
  }),
  v.strictObject({
    name: v.literal('sgd'),
    learningRate: positive,
    momentum: share,
    weightDecay: nonNegative,
  }),
  v.strictObject({
    name: v.literal('adam'),
    learningRate: positive,
    beta1: share,
    beta2: share,
    epsilon: positive,
    weightDecay: nonNegative,
  }),
])

const training = v.strictObject({
  loss: v.optional(v.literal('double-softmax')),
  optimizer,
  schedule: v.variant('name', [
    v.strictObject({ name: v.literal('constant') }),
    v.strictObject({ name: v.literal('steps'), at: v.array(natural), factor: positive }),
    v.strictObject({ name: v.literal('cosine'), final: nonNegative }),
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
      v.union([
        text,
        v.strictObject({ name: text, size: v.optional(v.strictObject({ train: count, test: count })) }),
      ]),
    ),
    v.minLength(1, 'must name at least one data set'),
  ),
  criteria: v.array(
    v.union([
      text,
      v.strictObject({
        criterion: text,
        label: v.optional(text),
        scope: v.optional(scope),
        options: v.optional(options),
        k: v.optional(v.pipe(v.array(natural), v.minLength(1, 'must have at least one value'))),
        searchSeeds: v.optional(searchSeeds),
        searchSet: v.optional(v.union([count, v.literal('all')])),
        evaluation: v.optional(v.strictObject({ precision: v.picklist(['float32', 'float16']) })),
        reinitialise: v.optional(v.boolean()),
        repair: v.optional(v.strictObject({ iterations: count, learningRate: positive })),
      }),
    ]),
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
  jacobian: v.nullable(v.strictObject({ images: v.pipe(count, v.maxValue(1024, 'must be at most 1024')) })),
  merit: v.picklist(
    meritNames,
    `must be one of ${meritNames.join(', ')}; bestOnTest is chosen on the test set, so it judges nothing`,
  ),
  assertions: v.array(
    v.looseObject({ kind: v.literal('assertion', 'must be what cells(…) and one of its methods return') }),
  ),
}

const suite = v.strictObject({
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
  profiles: v.optional(v.record(fileName, v.partial(v.strictObject(settings)))),
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

function check(what: string, schema: v.GenericSchema, definition: unknown): void {
  const result = v.safeParse(schema, definition)
  if (result.success) return
  const issue = result.issues[0]
  const path = v.getDotPath(issue)
  throw new Problem(
    'usage',
    path === null
      ? `the ${what} is not right: ${issue.message}`
      : `the ${what}'s ${path} is ${show(issue.input)}: ${issue.message}`,
    {
      hint: `correct ${path ?? `the object given to define${what[0]?.toUpperCase() ?? ''}${what.slice(1)}`}`,
    },
  )
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
