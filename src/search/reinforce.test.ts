import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { allocation, layerBounds } from './reinforce-allocation.ts'
import { masksByMagnitude } from './reinforce-masks.ts'
import { reinforce, reinforceMachine } from './reinforce.ts'
import type { LayeredMaskSpace, ReinforceState } from './reinforce.ts'
import { onesOf, searchToy } from './toy-search.fixture.ts'
import type { Toy } from './toy-search.fixture.ts'

const settings = { batch: 20, rate: 0.2, spread: { start: 1, least: 0.05 }, baselineRate: 0.3 }

/** How accurate a mask is depends on how many weights it keeps of each layer, and on nothing else. */
function allocationToy(sizes: readonly number[], best: readonly number[], seed = 1): Toy & LayeredMaskSpace {
  const random = stream(seed, 'magnitudes')
  const layers = sizes.map((size, i) => ({ name: `fc${i + 1}/weight`, size }))
  const size = sizes.reduce((a, b) => a + b, 0)
  const kept = best.reduce((a, b) => a + b, 0)
  const accuracy = (mask: Uint8Array) =>
    100 -
    countsOf(sizes, mask).reduce(
      (sum, n, i) => sum + (100 * Math.abs(n - (best[i] as number))) / Math.max(1, kept),
      0,
    )
  return {
    size,
    kept,
    layers,
    accuracy,
    magnitudes: Float32Array.from({ length: size }, () => random.uniform()),
  }
}

function countsOf(sizes: readonly number[], mask: Uint8Array): number[] {
  let at = 0
  return sizes.map((size) => onesOf(mask.subarray(at, (at += size))))
}

const run = (toy: Toy & LayeredMaskSpace, manner: Parameters<typeof searchToy>[2], budget: number) =>
  searchToy((context) => reinforce({ ...context, ...toy }, { ...settings, budget }), toy, manner)

test('it learns which layers to keep, far from where it began', async () => {
  const sizes = [400, 200, 50, 50]
  const best = [30, 90, 45, 5]
  const toy = allocationToy(sizes, best)
  for (const seed of [1, 2, 3]) {
    const { mask, masks, trace } = await run(toy, { seed }, 1600)
    for (const one of masks) expect(onesOf(one)).toBe(170)
    const even = allocation([0, 0, 0, 0], 170, layerBounds(sizes, 170))
    expect(toy.accuracy(masksByMagnitude(toy.layers, toy.magnitudes)(even))).toBeLessThan(25)
    expect(toy.accuracy(mask)).toBeGreaterThan(93)
    // Not only the luckiest draw is good: so is what the policy draws in the end, on average.
    const lastly = masks.slice(-100).map(toy.accuracy)
    const firstly = masks.slice(0, 100).map(toy.accuracy)
    const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length
    expect(mean(lastly)).toBeGreaterThan(85)
    expect(mean(lastly)).toBeGreaterThan(mean(firstly) + 40)
    sizes.forEach((size, i) => {
      const sparsity = trace[`sparsity fc${i + 1}/weight`]?.at(-1) as number
      expect(Math.abs(sparsity - (1 - (best[i] as number) / size))).toBeLessThan(0.12)
    })
    expect(trace.spread?.at(-1)).toBeLessThan(0.5)
  }
})

test('a mask keeps the largest magnitudes of each layer, of equals the first', () => {
  const layers = [
    { name: 'a', size: 4 },
    { name: 'b', size: 3 },
  ]
  const maskOf = masksByMagnitude(layers, Float32Array.of(1, 3, 3, 2, 9, 0, 8))
  expect([...maskOf([1, 2])]).toEqual([0, 1, 0, 0, 1, 0, 1])
  expect([...maskOf([3, 0])]).toEqual([0, 1, 1, 1, 0, 0, 0])
  expect([...maskOf([4, 3])]).toEqual([1, 1, 1, 1, 1, 1, 1])
})

test('a step is taken after each batch, and only then; deciding changes no state', () => {
  const toy = allocationToy([60, 30], [10, 20])
  const machine = reinforceMachine({ ...settings, batch: 5, budget: 30 }, toy, stream(2, 'steps'))
  let state: ReinforceState = machine.start()
  let last = -Infinity
  for (let number = 0; number < 30; number++) {
    const proposal = machine.propose(state)
    const [before, proposed] = [structuredClone(state), structuredClone(proposal)]
    const next = machine.decide(state, proposal, toy.accuracy(proposal.mask))
    expect(state).toEqual(before)
    expect(proposal).toEqual(proposed)
    expect(next.policy === state.policy).toBe(number % 5 !== 4)
    expect(next.batch).toHaveLength((number + 1) % 5)
    expect(machine.ahead(state, proposal) === undefined).toBe(number % 5 === 4)
    last = Math.max(last, toy.accuracy(proposal.mask))
    expect(next.best?.accuracy).toBe(last)
    state = next
  }
  expect(toy.accuracy(machine.found(state))).toBe(last)
})

test('equal accuracies teach nothing', () => {
  const toy = { ...allocationToy([60, 30], [10, 20]), accuracy: () => 50 }
  const machine = reinforceMachine({ ...settings, budget: 60 }, toy, stream(2, 'flat'))
  let state = machine.start()
  for (let i = 0; i < 60; i++) state = machine.decide(state, machine.propose(state), 50)
  expect(state.policy).toEqual(machine.start().policy)
  expect(state.baseline).toEqual({ mean: 50, variance: 0 })
})

test('working ahead or going on from a saved state changes nothing', async () => {
  const toy = allocationToy([80, 40, 20], [20, 20, 10])
  const { mask, trace, evaluated } = await run(toy, { seed: 2 }, 200)
  expect(trace.evaluated).toHaveLength(200)
  for (const manner of [{ atOnce: 3 }, { atOnce: 8 }, { cutOffAfter: 90 }, { atOnce: 8, cutOffAfter: 13 }])
    expect(await run(toy, { seed: 2, ...manner }, 200)).toMatchObject({ mask, trace, evaluated })
  expect((await run(toy, { seed: 2, atOnce: 8 }, 200)).masks).toHaveLength(200)
  expect((await run(toy, { seed: 3 }, 200)).trace).not.toEqual(trace)
})

test('where there is nothing to choose, one mask is evaluated: the largest magnitudes', async () => {
  for (const [sizes, kept] of [
    [[12], [5]],
    [
      [6, 4],
      [6, 4],
    ],
    [
      [6, 4],
      [0, 0],
    ],
    [
      [6, 4],
      [1, 1],
    ],
  ] as const) {
    const toy = allocationToy(sizes, kept)
    const { mask, masks, trace } = await run(toy, { seed: 1 }, 50)
    expect(masks).toEqual([mask])
    expect(mask).toEqual(masksByMagnitude(toy.layers, toy.magnitudes)(kept))
    expect(trace.best).toHaveLength(1)
    for (const column of Object.values(trace)) expect(column.every(Number.isFinite)).toBe(true)
  }
})

test('settings that make no sense are refused', () => {
  const toy = allocationToy([6, 4], [3, 3])
  const of = (changed: Partial<typeof settings>) => () =>
    reinforceMachine({ ...settings, budget: 5, ...changed }, toy, stream(1, 'x'))
  expect(of({ batch: 1 })).toThrow("REINFORCE's batch is 1: it must be a whole number, at least 2")
  expect(of({ rate: 0 })).toThrow('rate is 0')
  expect(of({ spread: { start: 0, least: 0.1 } })).toThrow('spread.start is 0')
  expect(of({ spread: { start: 0.1, least: 0.2 } })).toThrow(
    'spread.least is 0.2: it must be above 0 and at most spread.start',
  )
  expect(of({ baselineRate: 2 })).toThrow('baselineRate is 2')
})
