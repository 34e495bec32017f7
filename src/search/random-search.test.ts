import { expect, test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { randomSearch, randomSearchMachine } from './random-search.ts'
import { onesOf, searchToy, worthToy } from './toy-search.fixture.ts'

const toy = worthToy(120, 40, 1)
const run = (manner: Parameters<typeof searchToy>[2], budget = 140) =>
  searchToy((context) => randomSearch(context, { budget }), toy, manner)

test('it finds the most accurate of as many masks as its budget, all of the right count', async () => {
  const { mask, masks, evaluated, trace } = await run({ seed: 1 })
  expect([masks.length, evaluated]).toEqual([140, 140])
  expect(new Set(masks.map((one) => one.join())).size).toBe(140)
  for (const one of masks) expect(onesOf(one)).toBe(40)
  const accuracies = masks.map(toy.accuracy)
  expect(mask).toEqual(masks[accuracies.indexOf(Math.max(...accuracies))])
  // A row for each mask, with the best up to it.
  expect(trace.best).toEqual(accuracies.map((_, i) => Math.max(...accuracies.slice(0, i + 1))))
  const records = accuracies.map((a, i) => (accuracies.slice(0, i).every((other) => other < a) ? 1 : 0))
  expect(trace.improvements).toEqual(records)
})

test('working ahead or going on from a saved state changes nothing', async () => {
  const { mask, trace, evaluated } = await run({ seed: 2 })
  for (const manner of [{ atOnce: 3 }, { atOnce: 8 }, { cutOffAfter: 70 }, { atOnce: 8, cutOffAfter: 5 }])
    expect(await run({ seed: 2, ...manner })).toMatchObject({ mask, trace, evaluated })
  expect((await run({ seed: 2, atOnce: 8 })).masks).toHaveLength(140)
  expect((await run({ seed: 3 })).mask).not.toEqual(mask)
})

test('where there is one mask it is evaluated once', async () => {
  for (const kept of [0, 5]) {
    const only = { size: 5, kept, accuracy: () => 12.5 }
    const { mask, masks } = await searchToy((c) => randomSearch(c, { budget: 9 }), only, { seed: 1 })
    expect(masks).toEqual([new Uint8Array(5).fill(kept / 5)])
    expect(mask).toEqual(masks[0])
  }
})

test('budgets and spaces that make no sense are refused', () => {
  const random = stream(1, 'x')
  expect(() => randomSearchMachine({ budget: 0.5 }, toy, random)).toThrow(
    "random search's budget is 0.5: it must be a whole number, at least 1",
  )
  expect(() => randomSearchMachine({ budget: 0 }, toy, random)).toThrow(Problem)
  expect(() => randomSearchMachine({ budget: 3 }, { size: 4, kept: 5 }, random)).toThrow(
    'no mask keeps 5 of 4',
  )
})
