import { expect, test } from 'vitest'
import { createCompany } from './company.ts'

test('time is shared out among those that are there', () => {
  let now = 0
  const company = createCompany(() => now)
  now = 1000
  const first = company.enter()
  now = 3000
  const second = company.enter()
  expect([company.active, first.seconds(), second.seconds()]).toEqual([2, 2, 0])
  now = 7000
  expect([first.seconds(), second.seconds()]).toEqual([4, 2])
  first.leave()
  first.leave()
  now = 8000
  expect([company.active, first.seconds(), second.seconds()]).toEqual([1, 4, 3])
})

test('whoever asked is told that one has left', () => {
  const company = createCompany()
  const counts: number[] = []
  company.onLeave(() => counts.push(company.active))
  const [a, b] = [company.enter(), company.enter()]
  a.leave()
  b.leave()
  b.leave()
  expect(counts).toEqual([1, 0])
})
