import { expect, test } from 'vitest'
import { comparisons, isCertain } from './comparison.ts'
import { headline } from './headline.ts'
import { sampleReport, smallMatrix } from './sample-report.ts'
import { sampleResults } from './sample-results.ts'

const { results } = sampleReport(smallMatrix)

test('the best of each sparsity, the best other criterion, and the lead seed by seed', () => {
  for (const { sparsity, best, next, control } of comparisons(results)) {
    const own = results.groups.filter((group) => group.sparsity === sparsity && !group.control)
    const means = own.map(({ validationSelected }) => validationSelected?.mean ?? -1)
    expect(best.validationSelected?.mean).toBe(Math.max(...means))
    const others = own.filter(({ criterion }) => criterion !== best.criterion)
    expect(next?.group.validationSelected?.mean).toBe(
      Math.max(...others.map(({ validationSelected }) => validationSelected?.mean ?? -1)),
    )
    // All have the same seeds, so that the mean of differences is the difference of means.
    const lead = (best.validationSelected?.mean ?? 0) - (next?.group.validationSelected?.mean ?? 0)
    expect(next?.difference?.mean).toBeCloseTo(lead, 9)
    expect(next?.difference?.n).toBe(3)
    expect(control?.group.control).toBe(true)
    expect(control?.difference?.mean).toBeLessThan(0)
  }
})

test('a lead is clear where its interval is on one side of zero', () => {
  const statistic = { n: 3, mean: 1, sd: 1, pairs: [] }
  expect(isCertain({ ...statistic, ci95: [0.1, 1.9] })).toBe(true)
  expect(isCertain({ ...statistic, ci95: [-1.9, -0.1] })).toBe(true)
  expect(isCertain({ ...statistic, ci95: [-0.1, 2.1] })).toBe(false)
  expect(isCertain({ ...statistic, n: 1, sd: null, ci95: null })).toBeNull()
})

test('what collapsed is said with the layer, one seed is never clear', () => {
  expect(headline(results).lost).toEqual(
    ['k=0', 'k=1'].map(
      (k) =>
        `mag-rewind ${k} at 90 % collapsed: conv4 lost everything (3 of 3 seeds), so nothing was trained`,
    ),
  )
  const one = headline(sampleResults(undefined, [1]))
  expect(one.winners.map(({ next }) => next.conclusion)).toEqual(Array(3).fill('one seed: may be chance'))
})

test('without a validation split, it is the last epoch, never the best on test', () => {
  const none = { ...results, groups: results.groups.map((group) => ({ ...group, validationSelected: null })) }
  expect(headline(none).measure).toBe('test accuracy after the last epoch')
  expect(headline(results).measure).toContain('validation')
})
