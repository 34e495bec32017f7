import { expect, test } from 'vitest'
import type { Program, Runtime } from '../runtime/index.ts'
import { createOnnxRuntime } from '../runtime/index.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { drawnDataset, initialNetwork, smallCnn, withoutFilters } from './cnn.fixture.ts'
import { stream, type Stream } from '../values/random.ts'
import { measureLatency, speedupOf } from './latency.ts'

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
  const others = [full, withoutFilters(full, [2])]
  const found = await measureLatency(runtime, model, dataset, full, others, { batch: 4, milliseconds: 0.1 })
  expect([compiled, disposed, batches.size]).toEqual([3, 3, 1])
  expect([found.full, ...found.others].map(({ samples }) => samples)).toEqual([6, 6, 6])
  expect(order.splice(0, 3)).toEqual([1, 2, 3])
  const rounds = Array.from({ length: 6 }, (_, i) => order.slice(3 * i, 3 * i + 3))
  for (const round of rounds) expect([...round].sort()).toEqual([1, 2, 3])
  // A random order in each round.
  expect(new Set(rounds.map(String)).size).toBeGreaterThan(2)
})

/** In how many of 400 measurements the interval holds the true ratio, and how wide it is relative to it. */
function covered(noise: (random: Stream, round: number) => number): { share: number; width: number } {
  let [holds, width] = [0, 0]
  for (let i = 0; i < 400; i++) {
    const random = stream(i, 'times')
    const rounds = Array.from({ length: 20 }, (_, round) => {
      // What the machine does in a round hits both.
      const machine = noise(random, round)
      const times = (ms: number) =>
        Array.from({ length: 3 }, () => ms * machine * Math.exp(0.05 * random.normal()))
      return { full: times(4), pruned: times(2.5) }
    })
    const { low, high } = speedupOf(
      rounds.map((round) => round.full),
      rounds.map((round) => round.pruned),
    )
    if (low <= 1.6 && high >= 1.6) holds++
    width += (high - low) / 1.6 / 400
  }
  return { share: holds / 400, width }
}

test('the interval of a speed-up holds it, on a quiet machine and on a busy one', () => {
  const quiet = covered(() => 1)
  const busy = covered((random) => (random.uniform() < 0.4 ? 1 + 2 * random.uniform() : 1))
  // 95 % meant, and three standard errors of 400.
  expect(quiet.share).toBeGreaterThanOrEqual(0.95 - 3 * Math.sqrt((0.95 * 0.05) / 400))
  expect(busy.share).toBeGreaterThanOrEqual(0.95 - 3 * Math.sqrt((0.95 * 0.05) / 400))
  expect(quiet.width).toBeLessThan(0.1)
  expect(busy.width).toBeLessThan(0.1)
})

test('the ends of the interval are those of the sign test', () => {
  // Of 20 rounds the 6th smallest and the 6th largest: P(fewer than 6 of 20 below the median) is 2.07 %.
  const ones = Array.from({ length: 20 }, () => [1])
  const times = Array.from({ length: 20 }, (_, i) => [1 / (i + 1)])
  const ends = (n: number) => {
    const { low, median, high } = speedupOf(ones.slice(0, n), times.slice(0, n))
    return [low, median, high].map((x) => Number(x.toFixed(9)))
  }
  expect(ends(20)).toEqual([6, 10.5, 15])
  expect(ends(6)).toEqual([1, 3.5, 6])
})

test('times are positive, and the quartiles enclose the median', async () => {
  const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
  const found = await measureLatency(runtime, model, dataset, full, [withoutFilters(full, [0, 2])], {
    batch: 2,
    milliseconds: 40,
  })
  for (const { samples, p25Ms, medianMs, p75Ms } of [found.full, ...found.others]) {
    expect(samples).toBeGreaterThanOrEqual(6)
    expect(p25Ms).toBeGreaterThan(0)
    expect(medianMs).toBeGreaterThanOrEqual(p25Ms)
    expect(p75Ms).toBeGreaterThanOrEqual(medianMs)
  }
  const { low, median, high } = found.others[0]?.speedup ?? expect.fail()
  expect(low).toBeGreaterThan(0)
  expect(median).toBeGreaterThanOrEqual(low)
  expect(high).toBeGreaterThanOrEqual(median)
  await runtime.dispose()
})

test('what cannot be measured is refused', async () => {
  const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
  const measure = (params: NamedTensors, batch: number) =>
    measureLatency(runtime, model, dataset, params, [], { batch })
  await expect(measure(full, 0)).rejects.toThrow(/with batch 0 for 300 ms/)
  await expect(measure({}, 1)).rejects.toThrow(/lack conv\/filter/)
  await runtime.dispose()
})
