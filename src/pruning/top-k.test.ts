import { expect, test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { flattenMasks } from './flat-mask.ts'
import { topK } from './top-k.ts'
import type { LayerScores } from './types.ts'

/** By definition: a stable sort of all scores, highest first. JavaScript's < already takes −0 for 0. */
function bruteForce(scores: readonly LayerScores[], kept: number): number[] {
  const all = scores.flatMap(({ values }) => [...values])
  const order = all
    .map((_, i) => i)
    .sort((a, b) => ((all[a] as number) < (all[b] as number) ? 1 : all[a] === all[b] ? a - b : -1))
  const mask = all.map(() => 0)
  for (const i of order.slice(0, kept)) mask[i] = 1
  return mask
}

const layer = (name: string, ...values: number[]): LayerScores => ({
  name,
  values: Float32Array.from(values),
})

test('keeps what a stable sort would keep, for scores with ties, signed zeros and infinities', () => {
  const random = stream(1, 'top-k')
  const specials = [0, -0, Infinity, -Infinity, 1e-45, -1e-45, 3.4e38, -3.4e38, 1, -1]
  for (let round = 0; round < 300; round++) {
    const scores = Array.from({ length: 1 + random.integer(4) }, (_, l) => ({
      name: `layer ${l}`,
      values: Float32Array.from({ length: random.integer(60) }, () => {
        const kind = random.integer(3)
        if (kind === 0) return specials[random.integer(specials.length)] as number
        return kind === 1 ? random.integer(7) - 3 : random.normal()
      }),
    }))
    const total = scores.reduce((sum, { values }) => sum + values.length, 0)
    const kept = random.integer(total + 1)
    const { masks, ties } = topK(scores, kept)
    expect(masks.map(({ name }) => name)).toEqual(scores.map(({ name }) => name))
    expect([...flattenMasks(masks)], `round ${round}`).toEqual(bruteForce(scores, kept))
    // By definition: entries with the lowest kept score, where pruned ones have it, too.
    const all = scores.flatMap(({ values }) => [...values])
    const flat = flattenMasks(masks)
    const lowest = Math.min(...all.filter((_, i) => flat[i] === 1))
    const tied = (bit: number) => all.filter((score, i) => flat[i] === bit && score === lowest).length
    expect(ties).toEqual(
      kept === 0 || tied(0) === 0 ? { kept: 0, pruned: 0 } : { kept: tied(1), pruned: tied(0) },
    )
  }
})

test('equal scores are kept from the first layer and the lowest index on', () => {
  const { masks } = topK([layer('a', 0, -0, 0), layer('b', -0, 0)], 4)
  expect(masks.map(({ mask }) => [...mask])).toEqual([
    [1, 1, 1],
    [1, 0],
  ])
})

test('keeps nothing and everything', () => {
  const scores = [layer('a', -Infinity, Infinity, 2)]
  expect([...flattenMasks(topK(scores, 0).masks)]).toEqual([0, 0, 0])
  expect([...flattenMasks(topK(scores, 3).masks)]).toEqual([1, 1, 1])
  expect(topK([], 0).masks).toEqual([])
})

test('a NaN score is named by layer and index', () => {
  const scores = [layer('fc1/weight', 1, 2), layer('fc2/weight', 3, Number.NaN)]
  expect(() => topK(scores, 2)).toThrow(Problem)
  expect(() => topK(scores, 2)).toThrow('the score of fc2/weight at index 1 is NaN')
})

test('refuses a count that no mask has', () => {
  for (const kept of [-1, 2, 0.5, Number.NaN])
    expect(() => topK([layer('a', 1)], kept)).toThrow(`cannot keep ${kept} of 1 weights`)
})

test('agrees with a sort on as many weights as decons-net has', () => {
  const random = stream(2, 'top-k')
  const values = Float32Array.from({ length: 266_200 }, () => Math.abs(random.normal()))
  const threshold = values.toSorted()[266_200 - 26_620] as number
  const [mask] = topK([{ name: 'all', values }], 26_620).masks
  const keptScores = values.filter((_, i) => mask?.mask[i] === 1)
  expect(keptScores).toHaveLength(26_620)
  expect(keptScores.every((score) => score >= threshold)).toBe(true)
})
