import { expect, test } from 'vitest'
import { GroupSize } from './group-size.ts'

/** Group sizes over many runs of an engine that takes so many milliseconds for a step of a group. */
function sizesOn(msPerStep: (members: number) => number, most: number, runs = 40): number[] {
  const size = new GroupSize(most)
  return Array.from({ length: runs }, (_, i) => {
    const { limit } = size
    // The first run of a size compiles.
    size.ran(limit, 10, 10 * msPerStep(limit) + (i % 3 === 0 ? 500 : 0))
    return limit
  })
}

test('groups grow as long as larger ones are faster for each member', () => {
  // Free up to 32 members, then in proportion.
  const sizes = sizesOn((members) => Math.max(1, members / 32), 256)
  expect([...new Set(sizes)]).toEqual([8, 16, 32, 64])
  expect(sizes.at(-1)).toBe(32)
})

test('groups on an engine that gains nothing stay small, and no group exceeds what is allowed', () => {
  expect(sizesOn((members) => members, 256).at(-1)).toBe(8)
  expect(sizesOn(() => 1, 100).at(-1)).toBe(64)
  expect(sizesOn(() => 1, 3).at(-1)).toBe(2)
  expect(new GroupSize(1).limit).toBe(1)
})

test('large members begin with fewer of them, at least one', () => {
  const GiB = 1024 ** 3
  const begin = (bytes: number) => new GroupSize(256, bytes).limit
  expect([GiB / 100, GiB / 2, GiB, 3 * GiB, 9 * GiB].map(begin)).toEqual([8, 8, 4, 1, 1])
})

test('after a failure groups are half as large, and never grow again', () => {
  const size = new GroupSize(256)
  expect(size.failed(8)).toBe(4)
  for (let i = 0; i < 10; i++) size.ran(4, 1, 1)
  expect(size.limit).toBe(4)
  expect(size.failed(3)).toBe(2)
  expect(size.failed(2)).toBe(1)
})

test('a group that is not full tells nothing about the size', () => {
  const size = new GroupSize(256)
  for (let i = 0; i < 10; i++) size.ran(5, 1, 1)
  expect(size.limit).toBe(8)
})
