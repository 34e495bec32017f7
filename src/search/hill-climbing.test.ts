import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { hillClimbing, hillClimbingMachine } from './hill-climbing.ts'
import type { HillClimbingState } from './hill-climbing.ts'
import { randomSearch } from './random-search.ts'
import { onesOf, searchToy, worthToy } from './toy-search.fixture.ts'

const flips = { start: 0.2, end: 0.01 }
const toy = worthToy(120, 40, 1)
const run = (manner: Parameters<typeof searchToy>[2], budget = 200, of = toy) =>
  searchToy((context) => hillClimbing(context, { budget, flips }), of, manner)

const distance = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, bit, i) => sum + (bit ^ (b[i] as number)), 0)

test('it comes far nearer to the best mask than random search at equal budget', async () => {
  for (const seed of [1, 2, 3]) {
    const random = await searchToy((c) => randomSearch(c, { budget: 1000 }), toy, { seed })
    const found = toy.accuracy((await run({ seed }, 1000)).mask)
    expect(found).toBeGreaterThan(95)
    expect(100 - found).toBeLessThan((100 - toy.accuracy(random.mask)) / 2)
  }
})

test('neighbours that are no worse become the current mask, and flips fall as scheduled', () => {
  const machine = hillClimbingMachine({ budget: 300, flips }, toy, stream(4, 'chain'))
  let state: HillClimbingState = machine.start()
  let current = state.mask
  let accuracy = -Infinity
  const distances: number[] = []
  const kinds = { better: 0, equal: 0, worse: 0 }
  for (let i = 0; i < 300; i++) {
    const proposal = machine.propose(state)
    expect(onesOf(proposal.mask)).toBe(40)
    distances.push(distance(current, proposal.mask))
    const reached = toy.accuracy(proposal.mask)
    if (i > 0) expect(reached > proposal.above).toBe(reached >= accuracy)
    kinds[reached > accuracy ? 'better' : reached === accuracy ? 'equal' : 'worse']++
    if (reached >= accuracy) [current, accuracy] = [proposal.mask, reached]
    const [before, proposed] = [structuredClone(state), structuredClone(proposal)]
    const next = machine.decide(state, proposal, reached > proposal.above ? reached : -Infinity)
    expect(state).toEqual(before)
    expect(proposal).toEqual(proposed)
    state = next
    expect(state.mask).toEqual(current)
    expect(state.accuracy).toBe(accuracy)
  }
  expect(Math.min(...Object.values(kinds))).toBeGreaterThan(10)
  // 8 of 40 ones at first, then a factor of .05^(1/298) each, and one in the end.
  expect(distances[0]).toBe(0)
  expect(distances.slice(1)).toEqual(
    Array.from({ length: 299 }, (_, i) => 2 * Math.max(1, Math.round(8 * 0.05 ** (i / 298)))),
  )
  expect([distances[1], distances.at(-1)]).toEqual([16, 2])
})

test('working ahead or going on from a saved state changes nothing', async () => {
  const { mask, trace, evaluated } = await run({ seed: 2 })
  expect(trace.evaluated).toHaveLength(200)
  for (const manner of [{ atOnce: 3 }, { atOnce: 8 }, { cutOffAfter: 90 }, { atOnce: 8, cutOffAfter: 40 }])
    expect(await run({ seed: 2, ...manner })).toMatchObject({ mask, trace, evaluated })
  expect((await run({ seed: 3 })).mask).not.toEqual(mask)
})

test('it returns the best mask it saw, and its trace says how it got there', async () => {
  const { mask, masks, trace } = await run({ seed: 5 })
  const accuracies = masks.map(toy.accuracy)
  expect(toy.accuracy(mask)).toBe(Math.max(...accuracies))
  expect(trace.best).toEqual(accuracies.map((_, i) => Math.max(...accuracies.slice(0, i + 1))))
  for (const [name, column] of Object.entries(trace))
    expect([name, column.length, column.every(Number.isFinite)]).toEqual([name, 200, true])
})

test('tiny spaces and budgets are searched to the end', async () => {
  for (const [size, kept, budget, evaluated] of [
    [5, 0, 9, 1],
    [5, 5, 9, 1],
    [2, 1, 9, 9],
    [8, 3, 1, 1],
    [8, 3, 2, 2],
  ] as const) {
    const { masks, mask } = await run({ seed: 1 }, budget, worthToy(size, kept, 1))
    expect(masks).toHaveLength(evaluated)
    expect(onesOf(mask)).toBe(kept)
  }
})

test('shares of flips that make no sense are refused', () => {
  const of = (start: number, end: number) => () =>
    hillClimbingMachine({ budget: 5, flips: { start, end } }, toy, stream(1, 'x'))
  expect(of(0, 0.1)).toThrow("hill climbing's flips.start is 0: it must be above 0 and at most 1")
  expect(of(1, 1.5)).toThrow("hill climbing's flips.end is 1.5")
  expect(of(0.1, 0.2)).toThrow('flips.end is 0.2: it must be above 0 and at most flips.start')
})
