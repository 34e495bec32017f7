import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { unpackMask } from './drawn-mask.ts'
import { diversity, joined, meanAccuracy } from './genetic-population.ts'
import type { Individual } from './genetic-population.ts'
import { geneticMachine, geneticSearch } from './genetic.ts'
import type { GeneticState } from './genetic.ts'
import { packMask } from './packed-mask.ts'
import { randomSearch } from './random-search.ts'
import { onesOf, searchToy, worthToy } from './toy-search.fixture.ts'

const settings = { population: 12, tournament: 2, mutation: 0.02 }
const toy = worthToy(120, 40, 1)
const run = (manner: Parameters<typeof searchToy>[2], budget = 200, of = toy) =>
  searchToy((context) => geneticSearch(context, { ...settings, budget }), of, manner)

test('it comes far nearer to the best mask than random search at equal budget', async () => {
  for (const seed of [1, 2, 3]) {
    const random = await searchToy((c) => randomSearch(c, { budget: 1000 }), toy, { seed })
    const found = toy.accuracy((await run({ seed }, 1000)).mask)
    expect(found).toBeGreaterThan(93)
    expect(100 - found).toBeLessThan((100 - toy.accuracy(random.mask)) / 2)
  }
})

test('the best masks that differ live on, the youngest of equals, and are not evaluated again', () => {
  const machine = geneticMachine({ ...settings, budget: 240 }, toy, stream(4, 'chain'))
  let state: GeneticState = machine.start()
  // All masks so far, best first and youngest first among equals, each once.
  let ranking: { mask: string; accuracy: number; number: number }[] = []
  let parents: string[] = []
  const texts = (population: readonly Individual[]) =>
    population.map(({ packed }) => unpackMask(packed, toy.size).join(''))
  for (let number = 0; number < 240; number++) {
    if (number % 12 === 0) parents = texts(state.living)
    expect(texts(state.parents)).toEqual(parents)
    const proposal = machine.propose(state)
    expect(onesOf(proposal.mask)).toBe(40)
    const accuracy = toy.accuracy(proposal.mask)
    const mask = proposal.mask.join('')
    const [before, proposed] = [structuredClone(state), structuredClone(proposal)]
    const next = machine.decide(state, proposal, accuracy > proposal.above ? accuracy : -Infinity)
    expect(state).toEqual(before)
    expect(proposal).toEqual(proposed)
    state = next
    if (!ranking.some((one) => one.mask === mask))
      ranking = [...ranking, { mask, accuracy, number }]
        .sort((a, b) => b.accuracy - a.accuracy || b.number - a.number)
        .slice(0, 12)
    expect(texts(state.living)).toEqual(ranking.map((one) => one.mask))
  }
})

test('children of a generation are proposed ahead, those of the next are not', () => {
  const machine = geneticMachine({ ...settings, budget: 40 }, toy, stream(5, 'ahead'))
  let state: GeneticState | undefined = machine.start()
  for (let i = 0; i < 11; i++)
    state = machine.ahead(state as GeneticState, machine.propose(state as GeneticState))
  expect(machine.ahead(state as GeneticState, machine.propose(state as GeneticState))).toBeUndefined()
})

test('working ahead or going on from a saved state changes nothing', async () => {
  const { mask, trace, evaluated } = await run({ seed: 2 })
  expect(trace.evaluated).toHaveLength(200)
  for (const manner of [{ atOnce: 3 }, { atOnce: 8 }, { cutOffAfter: 90 }, { atOnce: 8, cutOffAfter: 20 }])
    expect(await run({ seed: 2, ...manner })).toMatchObject({ mask, trace, evaluated })
  expect((await run({ seed: 2, atOnce: 8 })).masks).toHaveLength(200)
  expect((await run({ seed: 3 })).mask).not.toEqual(mask)
})

test('it returns the best mask it saw; its population grows better and more alike', async () => {
  const { mask, masks, trace } = await run({ seed: 6 }, 600)
  const accuracies = masks.map(toy.accuracy)
  expect(toy.accuracy(mask)).toBe(Math.max(...accuracies))
  const [accuracy, spread, best] = [trace.accuracy, trace.diversity, trace.best] as [
    number[],
    number[],
    number[],
  ]
  expect(best.at(-1)).toBe(toy.accuracy(mask))
  // Two random masks are apart by 2 · 40 · 80/120 weights.
  const first = (trace.evaluated as number[]).indexOf(12)
  expect(Math.abs((spread[first] as number) - 53.3)).toBeLessThan(5)
  expect(spread.at(-1)).toBeLessThan((spread[first] as number) / 2)
  expect(accuracy.at(-1)).toBeGreaterThan(accuracy[first] as number)
})

test('populations keep masks that differ, with their mean accuracy and distance', () => {
  const individual = (accuracy: number, ...bits: number[]) => ({
    packed: packMask(Uint8Array.from(bits)),
    accuracy,
  })
  const [a, b, c] = [individual(50, 1, 1, 0, 0), individual(40, 0, 0, 1, 1), individual(50, 1, 0, 1, 0)]
  const both = joined([a], b, 3)
  expect(both).toEqual([a, b])
  expect(joined(both, individual(40, 0, 0, 1, 1), 3)).toBe(both)
  expect(joined(both, c, 3)).toEqual([c, a, b])
  expect(joined(both, c, 2)).toEqual([c, a])
  expect(meanAccuracy([c, a, b])).toBeCloseTo(140 / 3, 12)
  expect(diversity([c, a, b])).toBeCloseTo((2 + 2 + 4) / 3, 12)
  expect([diversity([a]), meanAccuracy([])]).toEqual([0, 0])
})

test('tiny spaces and budgets are searched to the end', async () => {
  for (const [size, kept, budget, evaluated] of [
    [5, 0, 30, 1],
    [5, 5, 30, 1],
    [2, 1, 30, 30],
    [4, 2, 60, 60],
    [8, 3, 1, 1],
    [8, 3, 13, 13],
  ] as const) {
    const { masks, mask } = await run({ seed: 1 }, budget, worthToy(size, kept, 1))
    expect(masks).toHaveLength(evaluated)
    expect(onesOf(mask)).toBe(kept)
  }
})

test('settings that make no sense are refused', () => {
  const of = (changed: Partial<typeof settings>) => () =>
    geneticMachine({ ...settings, budget: 5, ...changed }, toy, stream(1, 'x'))
  expect(of({ population: 1 })).toThrow(
    "the genetic algorithm's population is 1: it must be a whole number, at least 2",
  )
  expect(of({ tournament: 0 })).toThrow('tournament is 0')
  expect(of({ mutation: 0 })).toThrow('mutation is 0')
})
