import { deserialize, serialize } from 'node:v8'
import { afterAll, expect, test, vi } from 'vitest'
import type { UnitFacts, UnitSettings } from '../plan/index.ts'
import {
  defineModel,
  defineSearch,
  dense,
  flatten,
  relu,
  sequential,
  type Model,
  type SearchContext,
} from '../plugin/index.ts'
import { initialised } from '../plugin/network.fixture.ts'
import { createOnnxRuntime, type Runtime } from '../runtime/index.ts'
import { simulatedAnnealing, thesisCnnSchedule, thesisMlpSchedule } from '../search/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { digest } from '../values/digest.ts'
import { runUnit } from './run-unit.fixture.ts'
import { tinyCnn, tinyImages, trainedTinyCnn } from './tiny-cnn.fixture.ts'

const one = await createOnnxRuntime({ device: 'cpu', threads: 1 })
const three = await createOnnxRuntime({ device: 'cpu', threads: 3 })
const stacked = await createOnnxRuntime({ device: 'cpu', threads: 1, stacked: true })
/** The processor standing in for a GPU: masks are evaluated in the way that is for those. */
const device: Runtime = {
  engine: { ...stacked.engine, device: 'gpu' },
  compile: (...given) => stacked.compile(...given),
  loop: (...given) => stacked.loop(...given),
  dispose: () => Promise.resolve(),
}
afterAll(async () => {
  await one.dispose()
  await three.dispose()
  await stacked.dispose()
})

const { steps, ...network } = sequential(
  flatten(),
  dense('fc1', 32, 30),
  relu(),
  dense('fc2', 30, 12, { bias: false }),
  relu(),
  dense('fc3', 12, 3, { maskable: false }),
)
const mlp = defineModel({
  summary: 'Fully connected.',
  input: [4, 4, 2],
  classes: 3,
  ...network,
  ...(steps && { steps }),
})
/** The same network, which does not tell what it is: its masks are evaluated by programs of the engine. */
const untold = defineModel({ summary: 'Fully connected.', input: [4, 4, 2], classes: 3, ...network })

/** Weights after some training, so that what the CNN says depends on the image, also without some filters. */
const weightsOf = new Map([
  [mlp, initialised(mlp, 5)],
  [untold, initialised(untold, 5)],
  [tinyCnn, await trainedTinyCnn(one)],
])

const BUDGET = 400

interface Way {
  readonly model: Model
  readonly runtime?: Runtime
  /** Masks proposed at once, where not as many as the evaluation likes. */
  readonly atOnce?: number
  /** After how many rounds the first attempt is cut off. */
  readonly cutOffAfter?: number
  readonly precision?: 'float16'
  /** Whether accuracies that are not above the threshold are asked for nevertheless. */
  readonly everyAccuracy?: boolean
}

/** What one search comes to: a digest of its mask and trace, and how many masks it decided. */
async function chain({
  model,
  runtime = one,
  atOnce,
  cutOffAfter = 0,
  precision,
  everyAccuracy = false,
}: Way) {
  const byFilter = model === tinyCnn
  const schedule = byFilter ? thesisCnnSchedule : thesisMlpSchedule
  let saved: Buffer | undefined
  const search = defineSearch({
    summary: 'Annealing in a certain way.',
    search: (context: SearchContext<Readonly<Record<string, never>>>) => {
      const resumed = saved
      let rounds = 0
      return simulatedAnnealing(
        {
          ...context,
          atOnce: atOnce ?? context.atOnce,
          saved: resumed === undefined ? undefined : deserialize(resumed),
          save: (state) => {
            if (resumed !== undefined || ++rounds !== cutOffAfter) return
            saved = serialize(state())
            throw new Error('cut off')
          },
          evaluate: (masks, above) => context.evaluate(masks, everyAccuracy ? undefined : above),
        },
        { ...schedule, budget: BUDGET },
      )
    },
  })
  const settings: UnitSettings['search'] = {
    stream: '1',
    sparsity: 0.6,
    searchSet: 40,
    options: {},
    ...(byFilter ? { granularity: 'filter' as const } : {}),
    ...(precision && { precision }),
  }
  const weights: Artifact = { facts: {}, tensors: weightsOf.get(model) ?? {} }
  const attempt = () =>
    runUnit('search', settings, { runtime, model, dataset: tinyImages, search, inputs: { weights } })
  if (cutOffAfter > 0) await expect(attempt()).rejects.toThrow('cut off')
  const { facts, tensors } = await attempt()
  const masks = Object.entries(tensors).map(([name, { data }]) => [name, [...data]])
  return {
    decided: facts.evaluated,
    accuracies: new Set((facts.trace as { averageAccuracy: number[] }).averageAccuracy).size,
    digest: digest(JSON.stringify([facts.trace, masks, facts.reducedPrecision])),
    reducedPrecision: facts.reducedPrecision as UnitFacts['search']['reducedPrecision'],
  }
}

test('a search of an MLP is the same chain in sequence, speculating, deciding early or not, by programs, and resumed', async () => {
  const expected = await chain({ model: mlp })
  expect(expected.decided).toBe(BUDGET)
  expect(expected.accuracies).toBeGreaterThan(20)
  const ways: Readonly<Record<string, Way>> = {
    'every accuracy': { model: mlp, everyAccuracy: true },
    'three threads': { model: mlp, runtime: three },
    'eight ahead': { model: mlp, atOnce: 8 },
    programs: { model: untold },
    'programs, four ahead': { model: untold, atOnce: 4 },
    'a GPU': { model: mlp, runtime: device },
    'a GPU, one at once': { model: mlp, runtime: device, atOnce: 1 },
    'a GPU, sixteen at once': { model: mlp, runtime: device, atOnce: 16 },
    resumed: { model: mlp, cutOffAfter: 150 },
    'resumed, three threads': { model: mlp, runtime: three, cutOffAfter: 90 },
  }
  for (const [name, way] of Object.entries(ways)) expect(await chain(way), name).toEqual(expected)
})

test('a search of filters is the same chain in sequence, speculating and resumed', async () => {
  const expected = await chain({ model: tinyCnn })
  expect(expected.decided).toBe(BUDGET)
  expect(expected.accuracies).toBeGreaterThan(10)
  const ways: Readonly<Record<string, Way>> = {
    'every accuracy': { model: tinyCnn, everyAccuracy: true },
    'two ahead': { model: tinyCnn, atOnce: 2 },
    'eight ahead': { model: tinyCnn, atOnce: 8 },
    resumed: { model: tinyCnn, cutOffAfter: 170 },
    'resumed, five ahead': { model: tinyCnn, atOnce: 5, cutOffAfter: 60 },
    'a GPU': { model: tinyCnn, runtime: device },
    'a GPU, one at once': { model: tinyCnn, runtime: device, atOnce: 1 },
    'a GPU, sixteen at once': { model: tinyCnn, runtime: device, atOnce: 16 },
    'a GPU, resumed': { model: tinyCnn, runtime: device, atOnce: 4, cutOffAfter: 60 },
  }
  for (const [name, way] of Object.entries(ways)) expect(await chain(way), name).toEqual(expected)
})

test('a search in 16 bits that was cut off goes on with what it had measured', async () => {
  // As if every look at the clock came ten seconds after the last: the search saves after each round.
  const clock = vi.spyOn(performance, 'now')
  let now = 0
  clock.mockImplementation(() => (now += 10_000))
  const found = async (checkpoint?: Uint8Array, cutOffAfter = Infinity) => {
    let saved: Uint8Array | undefined
    let rounds = 0
    const search = defineSearch({
      summary: 'Annealing that may be cut off.',
      search: (context) =>
        simulatedAnnealing(
          {
            ...context,
            atOnce: 4,
            save: (state) => {
              context.save(state)
              if (++rounds === cutOffAfter) throw new Error('cut off')
            },
          },
          { ...thesisMlpSchedule, budget: BUDGET },
        ),
    })
    const settings = { stream: '1', sparsity: 0.6, searchSet: 40, options: {}, precision: 'float16' } as const
    const weights: Artifact = { facts: {}, tensors: weightsOf.get(mlp) ?? {} }
    const unit = runUnit('search', settings, {
      ...{ runtime: device, model: mlp, dataset: tinyImages, search, inputs: { weights } },
      ...(checkpoint && { checkpoint }),
      saveCheckpoint: (bytes) => void (saved = bytes),
    })
    const artifact = await unit.catch((error: unknown) => error)
    return { artifact, saved }
  }
  try {
    const { artifact } = await found()
    const { artifact: failure, saved } = await found(undefined, 150)
    expect(failure).toMatchObject({ message: 'cut off' })
    expect(saved).toBeDefined()
    expect((await found(saved)).artifact).toEqual(artifact)
  } finally {
    clock.mockRestore()
  }
})

test('a search in 16 bits is the same chain with the same disagreement, however many masks are evaluated at once', async () => {
  for (const model of [mlp, tinyCnn]) {
    const way: Way = { model, runtime: device, precision: 'float16' }
    const expected = await chain(way)
    expect(expected.reducedPrecision).toMatchObject({
      precision: 'float16',
      masks: BUDGET / 50,
      images: 40 * 8,
    })
    const ways: Readonly<Record<string, Way>> = {
      'one at once': { ...way, atOnce: 1 },
      'sixteen at once': { ...way, atOnce: 16 },
    }
    for (const [name, other] of Object.entries(ways)) expect(await chain(other), name).toEqual(expected)
  }
})
