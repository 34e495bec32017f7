import { readdirSync } from 'node:fs'
import '@tensorflow/tfjs-backend-cpu'
import { stream, tf } from 'prune-bench'
import type { Model } from 'prune-bench'
import { beforeAll, describe, expect, test } from 'vitest'

const folder = new URL('.', import.meta.url)
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length))

const models = new Map(
  await Promise.all(
    names.map(async (name) => {
      const module = (await import(new URL(`${name}.ts`, folder).href)) as { default: Model }
      return [name, module.default] as const
    }),
  ),
)

/** Numbers of parameters, from the layer sizes by hand. */
const sizes: Record<string, { maskable: number; all: number }> = {
  'decons-net': { maskable: 266_200, all: 266_200 },
  net: { maskable: 784 * 512 + 512 * 256 + 256 * 64, all: 784 * 512 + 512 * 256 + 256 * 64 + 64 * 10 + 10 },
  'simple-net': { maskable: 784 * 256, all: 784 * 256 + 256 * 10 + 10 },
  'simplest-net': { maskable: 7840, all: 7840 },
}

beforeAll(async () => {
  await tf.setBackend('cpu')
})

test('every model with known sizes is there', () => {
  expect(names).toEqual(expect.arrayContaining(Object.keys(sizes)))
})

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)

describe.each([...models])('%s', (name, model) => {
  const drawn = model.parameters.map((spec) => ({
    spec,
    values: spec.init(spec.shape, stream(1, `init/${spec.name}`)),
  }))
  const params = () =>
    Object.fromEntries(drawn.map(({ spec, values }) => [spec.name, tf.tensor(values, [...spec.shape])]))

  test('is a model with a summary of one sentence', () => {
    expect(model.kind).toBe('model')
    expect(model.summary).toMatch(/^[A-Z][^.]*\.$/)
  })

  test('has as many parameters as its layers say', () => {
    const known = sizes[name]
    if (!known) throw new Error(`say in this test how many parameters ${name} has`)
    const count = (specs: typeof model.parameters) => specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
    expect(count(model.parameters)).toBe(known.all)
    expect(count(model.parameters.filter(({ maskable }) => maskable))).toBe(known.maskable)
  })

  test('gives the log-probabilities of its classes for a batch of any size', () => {
    const random = stream(2, 'images')
    for (const batch of [1, 3]) {
      const pixels = Float32Array.from({ length: batch * sizeOf(model.input) }, () => random.normal())
      const x = tf.tensor4d(pixels, [batch, ...model.input])
      const out = model.forward({ params: params(), x })
      expect(out.shape).toEqual([batch, model.classes])
      expect(out.dtype).toBe('float32')
      for (const row of tf.sum(tf.exp(out), 1).dataSync()) expect(row).toBeCloseTo(1, 5)
    }
  })

  test('depends on every parameter and on every image alone', () => {
    const x = tf.tensor4d(
      Float32Array.from({ length: 2 * sizeOf(model.input) }, (_, i) => Math.sin(i)),
      [2, ...model.input],
    )
    const full = model.forward({ params: params(), x })
    const alone = model.forward({
      params: params(),
      x: tf.slice<tf.Rank.R4, tf.Tensor4D>(x, [1, 0, 0, 0], [1, -1, -1, -1]),
    })
    const second = [...full.dataSync()].slice(model.classes)
    ;[...alone.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(second[i] as number, 5))
    for (const { spec } of drawn) {
      const without = { ...params(), [spec.name]: tf.zeros([...spec.shape]) }
      expect([...model.forward({ params: without, x }).dataSync()]).not.toEqual([...full.dataSync()])
    }
  })

  test.each(drawn.filter(({ spec }) => spec.name.endsWith('/weight')).map((d) => [d.spec.name, d] as const))(
    'draws %s from U(−1/√fan_in, 1/√fan_in), whose variance is 1/(3·fan_in)',
    (_, { spec, values }) => {
      const fanIn = spec.shape[1] as number
      expect(values).toHaveLength(sizeOf(spec.shape))
      const bound = 1 / Math.sqrt(fanIn)
      expect(values.every((w) => Math.abs(w) <= Math.fround(bound))).toBe(true)
      const n = values.length
      const mean = values.reduce((a, b) => a + b, 0) / n
      const variance = values.reduce((sum, w) => sum + (w - mean) ** 2, 0) / n
      const expectedVariance = 1 / (3 * fanIn)
      // Five standard errors; the fourth central moment of U(−b, b) is b⁴/5, so Var(s²) ≈ (4/45) b⁴ / n.
      expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(expectedVariance / n))
      expect(Math.abs(variance - expectedVariance)).toBeLessThan(5 * bound ** 2 * Math.sqrt(4 / 45 / n))
    },
  )
})
