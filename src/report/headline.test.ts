import { expect, test } from 'vitest'
import { comparisons, isCertain } from './comparison.ts'
import { headline } from './headline.ts'
import { sampleReport, smallMatrix } from './sample-report.ts'
import { sampleResults } from './sample-results.ts'

const { results } = sampleReport(smallMatrix)

test('the best of each sparsity, the best other criterion, and the lead seed by seed', () => {
  for (const { sparsity, best, next, control } of comparisons(results)) {
    const own = results.groups.filter((group) => group.sparsity === sparsity && !group.control)
    const means = own.map(({ last }) => last?.mean ?? -1)
    expect(best.last?.mean).toBe(Math.max(...means))
    const others = own.filter(({ criterion }) => criterion !== best.criterion)
    expect(next?.group.last?.mean).toBe(Math.max(...others.map(({ last }) => last?.mean ?? -1)))
    // All have the same seeds, so that the mean of differences is the difference of means.
    const lead = (best.last?.mean ?? 0) - (next?.group.last?.mean ?? 0)
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
        `mag-rewind ${k} at 90 % collapsed: its mask keeps nothing of conv4 (3 of 3 seeds), so nothing was trained`,
    ),
  )
  const one = headline(sampleResults(undefined, [1]))
  expect(one.winners.map(({ next }) => next.conclusion)).toEqual(Array(3).fill('one seed: may be chance'))
})

test("the suite's figure of merit chooses the winner and its words", () => {
  // One criterion is ahead by the last epoch, another by the epoch that validation chose.
  const tilted = sampleResults(undefined, [1, 2, 3], (cell) => {
    const { validationSelected } = cell.accuracy
    if (cell.point.criterion !== 'random' || validationSelected === null) return cell
    return {
      ...cell,
      accuracy: { ...cell.accuracy, validationSelected: { ...validationSelected, correct: 9990 } },
    }
  })
  const by = (merit: 'last' | 'validationSelected') =>
    headline({ ...tilted, identity: { ...tilted.identity, merit } })
  expect(by('last').measure).toBe('test accuracy after the last epoch')
  expect(by('validationSelected').measure).toContain('validation')
  expect(by('last').winners.some(({ name }) => name === 'random')).toBe(false)
  expect(by('validationSelected').winners.every(({ name }) => name === 'random')).toBe(true)
})

test('a winner some of whose seeds are lost says so, and is not clearly ahead', () => {
  const lost = sampleResults(undefined, [1, 2, 3, 4], (cell) => {
    const { last } = cell.accuracy
    if (cell.point.criterion !== 'snip' || last === null) return cell
    if (cell.point.seed === 3) return { ...cell, status: 'collapsed', collapsedLayers: ['fc3/weight'] }
    // So far ahead that three seeds are enough.
    return { ...cell, accuracy: { ...cell.accuracy, last: { ...last, correct: 9999 } } }
  })
  const [winner] = headline(lost).winners
  expect(winner).toMatchObject({ name: 'snip', next: { conclusion: 'not of all seeds' } })
  expect(winner?.accuracy).toContain('(3 of 4 seeds)')
})
