import { expect, test } from 'vitest'
import { selectMask } from '../pruning/index.ts'
import { stream } from '../values/random.ts'
import type { Stream } from '../values/random.ts'
import { masked } from './dense-weights.ts'
import type { DenseWeights } from './dense-weights.ts'
import { orthogonality } from './orthogonality.ts'

/** The definitions, entry by entry. */
function bruteForce({ shape: [out, inputs], values }: DenseWeights) {
  const w = (o: number, i: number) => values[o * inputs + i] as number
  let [thesis, lee] = [0, 0]
  for (let a = 0; a < inputs; a++)
    for (let b = 0; b < inputs; b++) {
      let gram = a === b ? -1 : 0
      for (let o = 0; o < out; o++) gram += w(o, a) * w(o, b)
      thesis += gram ** 2
    }
  for (let a = 0; a < out; a++)
    for (let b = 0; b < out; b++) {
      let gram = a === b ? -1 : 0
      for (let i = 0; i < inputs; i++) gram += w(a, i) * w(b, i)
      lee += gram ** 2
    }
  return { thesis: thesis / inputs ** 2, lee: Math.sqrt(lee) }
}

const layer = (out: number, inputs: number, values: ArrayLike<number>): DenseWeights => ({
  name: `${out}x${inputs}`,
  shape: [out, inputs],
  values: Float32Array.from(values),
})

test('both scores are what their definitions say, for wide, tall and square layers', () => {
  const random = stream(1, 'orthogonality')
  const layers = (
    [
      [3, 8],
      [8, 3],
      [5, 5],
      [1, 7],
      [7, 1],
      [1, 1],
      [9, 13],
    ] as const
  ).map(([out, inputs]) =>
    layer(
      out,
      inputs,
      Array.from({ length: out * inputs }, () => (random.integer(3) === 0 ? 0 : random.normal())),
    ),
  )
  const scores = orthogonality(layers)
  let [thesis, lee] = [0, 0]
  for (const [i, expected] of layers.map(bruteForce).entries()) {
    expect(scores.layers[i]?.name).toBe(layers[i]?.name)
    expect(scores.layers[i]?.thesis).toBeCloseTo(expected.thesis, 10)
    expect(scores.layers[i]?.lee).toBeCloseTo(expected.lee, 10)
    thesis += expected.thesis
    lee += expected.lee
  }
  expect(scores.thesis).toBeCloseTo(thesis, 10)
  expect(scores.lee).toBeCloseTo(lee, 10)
})

test('orthogonal rows have score 0 by Lee et al., an orthogonal matrix by both', () => {
  const rows = orthogonality([layer(2, 3, [1, 0, 0, 0, 0, -1])])
  expect(rows.lee).toBe(0)
  // The in×in Gram matrix of two rows has rank 2, so one of its three diagonal entries is 0 instead of 1.
  expect(rows.thesis).toBeCloseTo(1 / 9, 12)
  const [c, s] = [0.6, 0.8]
  const rotation = orthogonality([layer(2, 2, [c, -s, s, c])])
  expect(rotation.lee).toBeCloseTo(0, 6)
  expect(rotation.thesis).toBeCloseTo(0, 12)
})

test('weights that do not fill their shape are refused', () => {
  expect(() => orthogonality([layer(2, 3, [1, 2])])).toThrow('2 weights do not have shape [2, 3]')
})

/** decons-net at PyTorch's default initialisation, U(−1/√fan_in, 1/√fan_in). */
function deconsNet(random: Stream): DenseWeights[] {
  return (
    [
      [300, 784],
      [100, 300],
      [10, 100],
    ] as const
  ).map(([out, inputs]) =>
    layer(
      out,
      inputs,
      Float32Array.from({ length: out * inputs }, () => (2 * random.uniform() - 1) / Math.sqrt(inputs)),
    ),
  )
}

test('the thesis’ score of decons-net is the published one, full and under a random 70 % mask', () => {
  for (const seed of [1, 2, 3]) {
    const random = stream(seed, 'decons-net')
    const layers = deconsNet(random)
    // Published: .0132359 and .0141236.
    expect(Math.abs(orthogonality(layers).thesis - 0.0132)).toBeLessThan(0.0002)
    const noise = layers.map(({ name, values }) => ({ name, values: values.map(() => random.uniform()) }))
    const { masks } = selectMask(noise, 0.7, 'global')
    const pruned = layers.map((l, i) => masked(l, masks[i]?.mask as Uint8Array))
    expect(Math.abs(orthogonality(pruned).thesis - 0.0141)).toBeLessThan(0.0002)
  }
})
