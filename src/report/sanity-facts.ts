import type { CriterionReport } from '../results/index.ts'
import type { RunFact } from './run-fact.ts'

/** What a comparison is held against besides the unpruned network, and what says what a mask is made of; or what is missing. */
export function sanityFacts(criteria: readonly CriterionReport[]): readonly RunFact[] {
  const labels = (is: (criterion: CriterionReport) => boolean) =>
    criteria
      .filter(is)
      .map(({ label }) => label)
      .join(', ')
  const random = labels(({ kind, needs }) => kind === 'criterion' && needs.join() === 'noise')
  const magnitude = labels(({ plugin }) => /^mag(nitude)?(-|$)/.test(plugin.name))
  const drawn = labels(({ reinitialise }) => reinitialise)
  return [
    {
      label: 'baselines',
      text: [
        random === ''
          ? 'no random masks, so that nothing tells what choosing is worth'
          : `random masks: ${random}`,
        magnitude === '' ? 'none by magnitude' : `by magnitude: ${magnitude}`,
      ].join('; '),
    },
    {
      label: 'ablations',
      text:
        drawn === ''
          ? 'none: reinitialise: true beside a criterion of the suite puts its masks on newly drawn weights'
          : `masks on newly drawn weights: ${drawn}. If these are as good, a mask is worth no more than its share of each layer`,
    },
  ]
}
