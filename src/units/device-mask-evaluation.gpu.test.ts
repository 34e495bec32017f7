import { afterAll, expect } from 'vitest'
import decons from '../../models/decons-net.ts'
import testCnn from '../../models/test-cnn.ts'
import type { Granularity, Model } from '../plugin/index.ts'
import { gpuRuntime, gpuTest, strictGpuRuntime } from '../runtime/gpu.fixture.ts'
import { createOnnxRuntime } from '../runtime/index.ts'
import { deviceMaskEvaluation } from './device-mask-evaluation.ts'
import { programEvaluation } from './mask-evaluation.ts'
import { masksOf, sourcesOf } from './mask-sources.fixture.ts'
import { tinyCnn } from './tiny-cnn.fixture.ts'

const cpu = await createOnnxRuntime({ device: 'cpu' })
afterAll(() => cpu.dispose())

const cases: readonly (readonly [string, Model, Granularity])[] = [
  ['weights of an MLP', decons, 'weight'],
  ['weights of a CNN', tinyCnn, 'weight'],
  ['filters of a CNN', testCnn, 'filter'],
]
const size = { count: 64, density: 0.4 }

gpuTest.each(cases)(
  'masks over %s are counted as on the processor, but for ties',
  async (_, model, granularity) => {
    const sources = sourcesOf(gpuRuntime(), model, granularity, size)
    const masks = masksOf(sources, 5)
    const { dataset, network, images } = sources
    const expected = await programEvaluation(cpu, model, dataset, network, images).correct(masks, [])
    expect(new Set(expected).size).toBeGreaterThan(1)
    const evaluation = await deviceMaskEvaluation(sources)
    const counts = await evaluation.correct(masks, [])
    for (const [i, count] of counts.entries())
      expect(Math.abs((count ?? NaN) - (expected[i] ?? NaN))).toBeLessThan(2)

    // On the device a count is a function of the mask alone.
    expect(await evaluation.correct(masks.toReversed(), [])).toEqual(counts.toReversed())
    for (const [i, mask] of masks.entries()) expect(await evaluation.correct([mask], [])).toEqual([counts[i]])
  },
)

gpuTest.each(cases)(
  'nothing of evaluating masks over %s is left to the processor',
  async (_, model, granularity) => {
    const runtime = await strictGpuRuntime()
    for (const precision of ['float32', 'float16'] as const) {
      const sources = sourcesOf(runtime, model, granularity, { ...size, count: 8, precision })
      const evaluation = await deviceMaskEvaluation(sources)
      expect(await evaluation.correct(masksOf(sources, 2), [])).toHaveLength(2)
    }
    await runtime.dispose()
  },
)

gpuTest.each(cases)('masks over %s go there, and numbers come back', async (_, model, granularity) => {
  const runtime = gpuRuntime()
  const sources = sourcesOf(runtime, model, granularity, size)
  const evaluation = await deviceMaskEvaluation(sources)
  const masks = masksOf(sources, 4)
  await evaluation.correct(masks, [])
  const before = runtime.traffic
  await evaluation.correct(masks, [])
  const after = runtime.traffic
  // A bit for a weight, in words that hold 24 of them; two lists for every axis of channels.
  const form = sources.network.form(sources.kept, 'float32')
  const bytes = masks.map((mask) => form.given(mask).lists.data.byteLength)
  const most = granularity === 'weight' ? (4 * sources.network.size) / 24 + 4 : 4 * 2 * (48 + 7 * 7 * 32)
  expect(Math.max(...bytes)).toBeLessThanOrEqual(most)
  const toDevice = (after?.toDevice ?? 0) - (before?.toDevice ?? 0)
  expect(toDevice).toBeGreaterThanOrEqual(bytes.reduce((sum, n) => sum + n))
  // Where masks of a round have several shapes, the places left in each stack of a power of two are filled up.
  expect(toDevice).toBeLessThanOrEqual(masks.length * 2 * Math.max(...bytes))
  expect((after?.toHost ?? 0) - (before?.toHost ?? 0)).toBeLessThanOrEqual(masks.length * 2 * 4)
})

gpuTest.each(cases)(
  'answers under masks over %s in 16 bits are mostly those in 32',
  async (_, model, granularity) => {
    const sources = sourcesOf(gpuRuntime(), model, granularity, { ...size, count: 256, precision: 'float16' })
    const evaluation = await deviceMaskEvaluation(sources)
    const [mask] = masksOf(sources, 1) as [Uint8Array]
    const full = await evaluation.answers?.('float32', mask)
    const half = await evaluation.answers?.('float16', mask)
    expect(half).toHaveLength(256)
    expect(new Set(full).size).toBeGreaterThan(1)
    const other = half?.filter((answer, i) => answer !== full?.[i]).length
    expect(other).toBeLessThan(26)
    expect(await evaluation.correct([mask], [])).toEqual([
      half?.filter((answer, i) => answer === sources.images.labels[i]).length,
    ])
  },
)
