import { expect, test } from 'vitest'
import { defineModel, defineSearch, dense, flatten, sequential, type Search } from '../plugin/index.ts'
import { hillClimbing, randomSearch } from '../search/index.ts'
import { checkSearch } from './index.ts'

const model = defineModel({
  summary: 'A network.',
  input: [2, 2, 1],
  classes: 3,
  ...sequential(flatten(), dense('a', 4, 6), dense('b', 6, 3)),
})

const begin = (search: Search, options = search.options, granularity: 'weight' | 'filter' = 'weight') =>
  checkSearch({ search, label: 'mine', options, sparsities: [0, 0.5, 0.99] }, model, granularity)

const random = defineSearch({
  summary: 'At random.',
  options: { budget: 1000 },
  search: (context) => randomSearch(context, { budget: context.options.budget }),
})

test('a search with options that it accepts begins, and is left after its first masks', async () => {
  let asked = 0
  const counting = defineSearch({
    summary: 'Counts.',
    options: { budget: 1000 },
    search: (context) =>
      randomSearch(
        {
          ...context,
          evaluate: (masks, above) => {
            asked++
            return context.evaluate(masks, above)
          },
        },
        { budget: context.options.budget },
      ),
  })
  await begin(counting)
  expect(asked).toBe(3)
  await begin(counting, counting.options, 'filter')
})

test('an option that it refuses is told with its name', async () => {
  await expect(begin(random, { budget: -5 })).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(
      /^the search mine cannot begin at a sparsity of 0: .*budget is -5/,
    ) as string,
  })
  const climbing = defineSearch({
    summary: 'Climbs.',
    options: { budget: 10, share: 2 },
    search: (context) =>
      hillClimbing(context, { budget: 10, flips: { start: context.options.share, end: 0.1 } }),
  })
  await expect(begin(climbing)).rejects.toMatchObject({ kind: 'usage' })
})

test('what it throws of its own, at once or later, is told as its own', async () => {
  const at = (fail: () => Promise<never>) => defineSearch({ summary: 'Fails.', search: fail })
  const thrown = at(() => {
    throw new TypeError('no layers')
  })
  await expect(begin(thrown)).rejects.toThrow(/^the search mine cannot begin at a sparsity of 0: no layers/)
  const rejected = at(() => Promise.reject(new Error('not today')))
  await expect(begin(rejected)).rejects.toThrow(/mine cannot begin.*not today/)
})
