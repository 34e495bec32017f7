import { readdirSync } from 'node:fs'
import '@tensorflow/tfjs-backend-cpu'
import { PerLayer, signalNames, stream, tf } from 'prune-bench'
import type { Criterion, Search, SearchProgress, Signals } from 'prune-bench'
import { beforeAll, describe, expect, test } from 'vitest'

const folder = new URL('.', import.meta.url)
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length))

const plugins = new Map(
  await Promise.all(
    names.map(async (name) => {
      const module = (await import(new URL(`${name}.ts`, folder).href)) as { default: Criterion | Search }
      return [name, module.default] as const
    }),
  ),
)

/**
 * Two layers, of shapes [2, 2] and [1, 3], with two filters and one; every number is exact in float32 and differs from
 * what zero would give.
 */
const values: Record<keyof Signals, readonly [readonly number[], readonly number[]]> = {
  weights: [
    [1, -2, 0.5, -0.25],
    [0, 4, -3],
  ],
  initialWeights: [
    [-1, -1.5, 0.25, 1],
    [0.5, -2, -3],
  ],
  trainedWeights: [
    [2, -3, 0, 0.5],
    [-0.25, 4, -1],
  ],
  gradients: [
    [0.5, 0.25, -8, -4],
    [100, -1, 0],
  ],
  noise: [
    [0.125, 0.75, 0.5, 0.25],
    [0.875, 0, 0.375],
  ],
  scales: [[1, -0.5], [0.25]],
  trainedScales: [[0.5, -2], [-0.125]],
}

/** Worked out by hand from the formulas in the papers. */
const expected: Record<string, readonly [readonly number[], readonly number[]]> = {
  random: values.noise,
  magnitude: [
    [1, 2, 0.5, 0.25],
    [0, 4, 3],
  ],
  'magnitude-init': [
    [1, 1.5, 0.25, 1],
    [0.5, 2, 3],
  ],
  'magnitude-trained': [
    [2, 3, 0, 0.5],
    [0.25, 4, 1],
  ],
  'mag-sign': [
    [0, 3, 0, 0.5],
    [0, 0, 1],
  ],
  'mag-increase': [
    [1, 1.5, -0.25, -0.5],
    [-0.25, 2, -2],
  ],
  snip: [
    [0.5, 0.5, 4, 1],
    [0, 4, 0],
  ],
  // One number for each filter.
  'mag-rewind': [[2.5, 0.25], [5.25 / 3]],
  'mag-sign-rewind': [[0.5, 0.25], [-2.75 / 3]],
  'l1-norm': [[5, 0.5], [5.25]],
  'l2-norm': [[Math.sqrt(13), 0.5], [Math.sqrt(17.0625)]],
  'batch-norm-scale': [[0.5, 2], [0.125]],
}

beforeAll(async () => {
  await tf.setBackend('cpu')
})

test('there are criteria to test', () => {
  expect(names).toContain('simulated-annealing')
  expect(names.length).toBeGreaterThan(7)
})

describe.each([...plugins])('%s', (name, plugin) => {
  test('is a criterion or a search, named like its file, with a summary of one sentence', () => {
    expect(['criterion', 'search']).toContain(plugin.kind)
    expect([name, undefined]).toContain(plugin.name)
    expect(plugin.summary).toMatch(/^[A-Z][^.]*\.$/)
  })

  if (plugin.kind === 'criterion') {
    test('scores as its formula says, reading only the signals it declares', () => {
      const reference = expected[name]
      if (!reference) throw new Error(`say in this test what ${name} gives for the tiny tensors`)
      const scores = plugin.score(declaredSignals(plugin), plugin.options)
      expect(scores.names).toEqual(['fc1/weight', 'fc2/weight'])
      const shapes = scores.values.map((tensor) => tensor.shape.join())
      expect([
        ['2,2', '1,3'],
        ['2', '1'],
      ]).toContainEqual(shapes)
      const got = scores.values.map((tensor) => [...tensor.dataSync()])
      got.forEach((numbers, layer) => {
        expect(numbers).toHaveLength(reference[layer as 0 | 1].length)
        numbers.forEach((x, i) => expect(x).toBeCloseTo(reference[layer as 0 | 1][i] as number, 6))
      })
    })
  } else {
    test('spends its budget on masks of the right count and returns one of them', async () => {
      const run = await searchToy(plugin, 40)
      expect(run.evaluated).toHaveLength(40)
      for (const mask of [...run.evaluated, run.result.mask]) {
        expect(mask).toHaveLength(30)
        expect(mask.filter((bit) => bit === 1)).toHaveLength(9)
        expect(mask.filter((bit) => bit === 0)).toHaveLength(21)
      }
      expect(run.evaluated).toContainEqual(run.result.mask)
      expect(run.progress.at(-1)).toMatchObject({ done: 40, total: 40 })
      const columns = Object.values(run.result.trace)
      expect(new Set(columns.map((column) => column.length)).size).toBe(1)
      expect(columns.flat().every(Number.isFinite)).toBe(true)
    })

    test('gives the same mask for the same seed', async () => {
      const [one, two] = [await searchToy(plugin, 25), await searchToy(plugin, 25)]
      expect(one).toEqual(two)
    })
  }
})

function declaredSignals(criterion: Criterion): Signals {
  const signals: Partial<Record<keyof Signals, PerLayer<tf.Tensor>>> = {}
  for (const signal of signalNames.filter((s) => criterion.needs.includes(s))) {
    const [first, second] = values[signal]
    signals[signal] = new PerLayer(
      ['fc1/weight', 'fc2/weight'],
      [
        tf.tensor([...first], first.length === 2 ? [2] : [2, 2]),
        tf.tensor([...second], second.length === 1 ? [1] : [1, 3]),
      ],
    )
  }
  return signals as Signals
}

/** Masks of 9 out of 30 weights; accuracy is the share of ones in the first half. */
async function searchToy(search: Search, budget: number) {
  const evaluated: Uint8Array[] = []
  const progress: SearchProgress[] = []
  const result = await search.search({
    size: 30,
    kept: 9,
    layers: [
      { name: 'a', size: 20 },
      { name: 'b', size: 10 },
    ],
    magnitudes: Float32Array.from({ length: 30 }, (_, i) => (i * 7) % 30),
    atOnce: 1,
    options: { ...search.options, budget },
    saved: undefined,
    save: () => undefined,
    random: stream(7, 'toy'),
    progress: (p) => progress.push(p),
    evaluate: (masks) => {
      evaluated.push(...masks.map((mask) => mask.slice()))
      return Promise.resolve(masks.map((mask) => (100 * mask.subarray(0, 15).reduce((a, b) => a + b, 0)) / 9))
    },
  })
  return { result, evaluated, progress }
}
