import { expect, test } from 'vitest'
import { precisionCheck } from './precision-check.ts'

const labels = Uint8Array.of(0, 1, 2, 3)
/** Masks are named by their only byte: what each precision says of the four images under them. */
const answersOf: Readonly<Record<number, { full: number[]; half: number[] }>> = {
  0: { full: [0, 1, 2, 3], half: [0, 1, 2, 3] },
  1: { full: [0, 1, 0, 0], half: [0, 0, 1, 0] },
  2: { full: [0, 0, 0, 0], half: [0, 1, 2, 0] },
}

function check(saved?: ReturnType<typeof precisionCheck>['tally']) {
  const asked: [string, number | undefined][] = []
  const made = precisionCheck(
    (precision, mask) => {
      asked.push([precision, mask[0]])
      const answers = answersOf[mask[0] ?? NaN]
      return Promise.resolve((precision === 'float32' ? answers?.full : answers?.half) ?? [])
    },
    'float16',
    labels,
    saved,
  )
  return { made, asked }
}

test('the first of every 50 decided masks is evaluated in both precisions', async () => {
  const { made, asked } = check()
  for (let i = 0; i < 101; i++) await made.decided(Uint8Array.of(Math.floor(i / 50)), 2)
  expect(asked).toEqual(
    [0, 1, 2].flatMap((mask) => [
      ['float32', mask],
      ['float16', mask],
    ]),
  )
  // Under mask 1 float16 has one right answer of two, and two images get another class; under mask 2 three of one.
  expect(made.facts).toEqual({
    precision: 'float16',
    masks: 3,
    images: 12,
    differently: 0 + 2 + 2,
    surplus: 0 - 1 + 2,
    deviation: 0 + 1 + 2,
    decisions: 0 + 1 + 1,
  })
})

test('decisions differ only where what matters lies between the counts', async () => {
  for (const [atLeast, decisions] of [
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 0],
  ] as const) {
    const { made } = check()
    await made.decided(Uint8Array.of(1), atLeast)
    expect(made.facts.decisions, `${atLeast}`).toBe(decisions)
  }
})

test('what was cut off goes on with what it had found', async () => {
  const whole = check()
  for (let i = 0; i < 101; i++) await whole.made.decided(Uint8Array.of(Math.floor(i / 50)), 2)
  const first = check()
  for (let i = 0; i < 73; i++) await first.made.decided(Uint8Array.of(Math.floor(i / 50)), 2)
  const second = check(structuredClone(first.made.tally))
  for (let i = 73; i < 101; i++) await second.made.decided(Uint8Array.of(Math.floor(i / 50)), 2)
  expect(second.made.facts).toEqual(whole.made.facts)
})
