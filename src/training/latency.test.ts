import { expect, test } from 'vitest'
import type { Program, Runtime } from '../runtime/index.ts'
import { createOnnxRuntime } from '../runtime/index.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { drawnDataset, initialNetwork, smallCnn, withoutFilters } from './cnn.fixture.ts'
import { measureLatency } from './latency.ts'

const model = smallCnn(0.3)
const dataset = drawnDataset(12, 12)
const full = initialNetwork(model)

test('every network is run on the same images, in turns, with a program of its own', async () => {
  const order: number[] = []
  const batches = new Set<unknown>()
  let [compiled, disposed] = [0, 0]
  // Notes what runs; a pass takes no time worth measuring.
  const runtime: Runtime = {
    engine: { runtime: 'cpu', version: '0', device: 'cpu', threads: 1 },
    compile: () => {
      const mark = ++compiled
      const program: Program<never, never> = {
        run: ({ x }: { x: { data: unknown } }) => {
          order.push(mark)
          batches.add(x.data)
          return new Promise((resolve) => {
            setTimeout(() => resolve({} as never), 1)
          })
        },
        runAll: () => Promise.reject(new Error('a latency is that of one run')),
        dispose: () => {
          disposed++
          return Promise.resolve()
        },
      }
      return Promise.resolve(program as never)
    },
    loop: () => Promise.reject(new Error('not used')),
    dispose: () => Promise.resolve(),
  }
  const networks = [
    { name: 'full', params: full },
    { name: 'masked', params: full },
    { name: 'pruned', params: withoutFilters(full, [2]) },
  ]
  const found = await measureLatency(runtime, model, dataset, networks, { batch: 4, milliseconds: 0.1 })
  expect([compiled, disposed, batches.size]).toEqual([3, 3, 1])
  expect(found.map(({ name, samples }) => [name, samples])).toEqual([
    ['full', 5],
    ['masked', 5],
    ['pruned', 5],
  ])
  const warmup = [1, 2, 3]
  const rounds = [1, 2, 3, 2, 3, 1, 3, 1, 2, 1, 2, 3, 2, 3, 1]
  expect(order).toEqual([...warmup, ...rounds])
})

test('times are positive, and the quartiles enclose the median', async () => {
  const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
  const networks = [
    { name: 'full', params: full },
    { name: 'pruned', params: withoutFilters(full, [0, 2]) },
  ]
  const found = await measureLatency(runtime, model, dataset, networks, { batch: 2, milliseconds: 40 })
  for (const { samples, p25Ms, medianMs, p75Ms } of found) {
    expect(samples).toBeGreaterThanOrEqual(5)
    expect(p25Ms).toBeGreaterThan(0)
    expect(medianMs).toBeGreaterThanOrEqual(p25Ms)
    expect(p75Ms).toBeGreaterThanOrEqual(medianMs)
  }
  expect(found.map(({ name }) => name)).toEqual(['full', 'pruned'])
  await runtime.dispose()
})

test('what cannot be measured is refused', async () => {
  const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
  const measure = (networks: { name: string; params: NamedTensors }[], batch: number) =>
    measureLatency(runtime, model, dataset, networks, { batch })
  await expect(measure([], 0)).rejects.toThrow(/with batch 0 for 300 ms/)
  await expect(measure([{ name: 'empty', params: {} }], 1)).rejects.toThrow(/lack conv\/filter/)
  expect(await measure([], 1)).toEqual([])
  await runtime.dispose()
})
