import { expect, test } from 'vitest'
import { growing } from './growing.ts'

/** How much at once where a call of so much takes so many milliseconds, and what sizes were called. */
async function chosen(milliseconds: (count: number) => number, most = 64) {
  const calls = new Set<number>()
  let clock = 0
  const work = (count: number) => {
    // What is prepared for a size takes long, once.
    clock += calls.has(count) ? milliseconds(count) : 500
    calls.add(count)
    return Promise.resolve()
  }
  return { count: await growing(work, { most, now: () => clock }), largest: Math.max(...calls) }
}

test('work is done twice as much at once for as long as that pays', async () => {
  // A device that has room for ten at once.
  expect(await chosen((count) => 3 * Math.ceil(count / 10))).toEqual({ count: 8, largest: 16 })
  // One that always works on one after the other, and one that has no end.
  expect(await chosen((count) => 3 * count)).toEqual({ count: 1, largest: 2 })
  expect(await chosen(() => 3)).toEqual({ count: 64, largest: 64 })
  expect(await chosen(() => 3, 24)).toEqual({ count: 16, largest: 16 })
  // Calls that cost something each: .9, 1.6, 2.7, 4, 5.3, 6.4, 7.1 a millisecond.
  expect(await chosen((count) => 1 + count / 8)).toEqual({ count: 32, largest: 64 })
})
