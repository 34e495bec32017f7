import { afterAll, expect, test } from 'vitest'
import decons from '../../models/decons-net.ts'
import residual from '../../models/resnet-20.ts'
import testCnn from '../../models/test-cnn.ts'
import { structureOf, type Granularity, type Model } from '../plugin/index.ts'
import { createEagerRuntime, createOnnxRuntime } from '../runtime/index.ts'
import { deviceMaskEvaluation } from './device-mask-evaluation.ts'
import { programEvaluation, type MaskEvaluation } from './mask-evaluation.ts'
import { masksOf, sourcesOf } from './mask-sources.fixture.ts'
import { stackMaskEvaluation } from './stack-mask-evaluation.ts'
import { stackTask } from './stack-task.ts'
import { tinyCnn } from './tiny-cnn.fixture.ts'

const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
const stacked = await createOnnxRuntime({ device: 'cpu', threads: 1, stacked: true })
const eager = await createEagerRuntime('cpu')
afterAll(async () => {
  await runtime.dispose()
  await stacked.dispose()
  await eager.dispose()
})

/** The most different classes that images get under one of these masks: with a single one nothing would depend on them. */
async function mostClasses({ answers }: MaskEvaluation, masks: readonly Uint8Array[]): Promise<number> {
  const classes = masks.map(async (mask) => new Set(await answers?.('float32', mask)).size)
  return Math.max(...(await Promise.all(classes)))
}

test.each<readonly [string, Model, Granularity, { count: number; density: number }]>([
  ['weights of an MLP', decons, 'weight', { count: 60, density: 0.4 }],
  ['weights of a CNN', tinyCnn, 'weight', { count: 60, density: 0.4 }],
  ['filters of a CNN', testCnn, 'filter', { count: 24, density: 0.4 }],
  ['filters of a small CNN', tinyCnn, 'filter', { count: 60, density: 0.4 }],
  ['filters of a network with shortcuts', residual, 'filter', { count: 16, density: 0.8 }],
])(
  'masks over %s are counted as one by one, at any place among others',
  async (_, model, granularity, size) => {
    const sources = sourcesOf(runtime, model, granularity, size)
    const { dataset, network, images } = sources
    const masks = masksOf(sources, 5)
    const expected = await programEvaluation(runtime, model, dataset, network, images).correct(masks, [])
    expect(new Set(expected).size).toBeGreaterThan(1)

    for (const on of [runtime, stacked]) {
      const evaluation = await deviceMaskEvaluation({ ...sources, runtime: on })
      expect(await evaluation.correct(masks, [])).toEqual(expected)
      expect(await evaluation.correct(masks.toReversed(), [])).toEqual(expected.toReversed())
      expect(await mostClasses(evaluation, masks)).toBeGreaterThan(1)
      for (const [i, mask] of masks.entries())
        expect(await evaluation.correct([mask], [])).toEqual([expected[i]])
    }
  },
)

test('masks are counted the same op by op', async () => {
  for (const granularity of ['weight', 'filter'] as const) {
    const sources = sourcesOf(runtime, tinyCnn, granularity, { count: 20, density: 0.5 })
    const masks = masksOf(sources, 3)
    const compiled = await deviceMaskEvaluation(sources)
    const opByOp = await deviceMaskEvaluation({ ...sources, runtime: eager })
    expect(await opByOp.correct(masks, []), granularity).toEqual(await compiled.correct(masks, []))
  }
})

test('masks of an MLP are counted as the kernels do', async () => {
  const sources = sourcesOf(runtime, decons, 'weight', { count: 300, density: 0.2 })
  const { model, weights, dataset, images } = sources
  const masks = masksOf(sources, 3)
  const task = stackTask(model, weights, dataset, images)
  if (!task) throw new Error('kernels do not suit decons-net')
  const kernels = await stackMaskEvaluation(task, 1)
  const evaluation = await deviceMaskEvaluation(sources)
  expect(await evaluation.correct(masks, [])).toEqual(await kernels.correct(masks, [0, 0, 0]))
  await kernels.close()
})

test('masks that keep everything, next to nothing, or all in one group', async () => {
  const sources = sourcesOf(runtime, testCnn, 'filter', { count: 12, density: 0.4 })
  const { model, dataset, images, network } = sources
  const { groups, filters } = structureOf(model)
  const one = (group: number) =>
    network.layers.flatMap(({ size }, g) => Array<number>(size).fill(g === group ? 1 : 0))
  const masks = [
    new Uint8Array(filters).fill(1),
    Uint8Array.from({ length: filters }, (_, i) => (i === 3 ? 1 : 0)),
    ...groups.map((_, g) => Uint8Array.from(one(g))),
  ]
  const expected = await programEvaluation(runtime, model, dataset, network, images).correct(masks, [])
  const evaluation = await deviceMaskEvaluation(sources)
  expect(await evaluation.correct(masks, [])).toEqual(expected)
})
