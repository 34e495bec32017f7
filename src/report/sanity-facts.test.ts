import { expect, test } from 'vitest'
import type { CriterionReport } from '../results/index.ts'
import { sampleResults } from './sample-results.ts'
import { sanityFacts } from './sanity-facts.ts'

const [some] = sampleResults().identity.criteria as [CriterionReport]

function criterion(name: string, more: Partial<CriterionReport> = {}): CriterionReport {
  const plugin = { ...some.plugin, name }
  return { ...some, label: name, plugin, kind: 'criterion', needs: ['weights'], reinitialise: false, ...more }
}

test('criteria to beat are named by what they read and what they are called', () => {
  const [baselines] = sanityFacts([
    criterion('dice', { needs: ['noise'] }),
    criterion('magnitude-trained', { label: 'lth' }),
    criterion('magic'),
    criterion('mag-sign'),
    criterion('hash', { needs: ['noise', 'weights'] }),
  ])
  expect(baselines?.text).toBe('random masks: dice; by magnitude: lth, mag-sign')
})

test('what is missing is said, and what would add it', () => {
  const [baselines, ablations] = sanityFacts([criterion('snip')]).map(({ text }) => text)
  expect(baselines).toBe('no random masks, so that nothing tells what choosing is worth; none by magnitude')
  expect(ablations).toContain('reinitialise: true')
})

test('ablations are told apart from what they are ablations of', () => {
  const [, ablations] = sanityFacts([criterion('snip'), criterion('snip-new', { reinitialise: true })])
  expect(ablations?.text).toMatch(/^masks on newly drawn weights: snip-new\./)
})
