import { expect, test } from 'vitest'
import { remaining } from './remaining.ts'
import type { UnitKind } from './types.ts'

const unit = (kind: UnitKind, weight: number, alone = false) => ({ kind, weight, alone })

test('the rest takes as long as its weight says, at the pace of its kind', () => {
  // Training: 1 s per weight. Searches: 10 s per weight. One after the other.
  const seen = [
    { unit: unit('train', 4), seconds: 4, share: 1 },
    { unit: unit('search', 2), seconds: 10, share: 0.5 },
  ]
  const open = [
    { unit: unit('train', 6), left: 1 },
    { unit: unit('search', 2), left: 0.5 },
  ]
  expect(remaining(seen, open, 14)).toEqual({ seconds: 6 + 10, guessed: [] })
})

test('what ran beside one another goes on beside one another', () => {
  const seen = Array.from({ length: 8 }, () => ({ unit: unit('train', 1), seconds: 20, share: 0.25 }))
  const open = seen.map(({ unit }) => ({ unit, left: 0.75 }))
  // A quarter of all took 20 s.
  expect(remaining(seen, open, 20)?.seconds).toBeCloseTo(60)
})

test('measurements run alone, and take their time from the others', () => {
  const seen = [
    { unit: unit('train', 10), seconds: 10, share: 1 },
    { unit: unit('train', 10), seconds: 10, share: 1 },
    { unit: unit('benchmark', 1, true), seconds: 5, share: 1 },
  ]
  const open = [
    { unit: unit('train', 40), left: 1 },
    { unit: unit('benchmark', 2, true), left: 1 },
  ]
  expect(remaining(seen, open, 15)?.seconds).toBeCloseTo(40 / 2 + 10)
})

test('a kind of which nothing was seen is guessed from all others, and told', () => {
  const seen = [{ unit: unit('train', 5), seconds: 10, share: 1 }]
  const open = [{ unit: unit('search', 3), left: 1 }]
  expect(remaining(seen, open, 10)).toEqual({ seconds: 6, guessed: ['search'] })
  // Training for k iterations is training.
  const pretrained = [...seen, { unit: unit('search', 1), seconds: 90, share: 1 }]
  const rest = remaining(
    pretrained.map((one) => (one.unit.kind === 'train' ? { ...one, unit: unit('pretrain', 5) } : one)),
    [{ unit: unit('train', 5), left: 1 }],
    100,
  )
  expect(rest).toEqual({ seconds: 10, guessed: [] })
  expect(remaining([], open, 10)).toBeNull()
  expect(remaining([{ unit: unit('train', 5), seconds: 10, share: 0 }], open, 10)).toBeNull()
})
