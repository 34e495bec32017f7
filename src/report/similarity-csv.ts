import type { SimilarityReport } from '../results/index.ts'
import { csvOf } from './data-table.ts'

/**
 * `similarity.csv`: for every two groups at a sparsity a row on whole masks, with what chance would give, then one for
 * each layer, its cosine alone. Groups are named by criterion and k; means and standard deviations are over `pairs`.
 */
export function similarityCsv({ sparsities }: SimilarityReport): string {
  const rows = sparsities.flatMap(({ sparsity, groups, chance, pairs }) =>
    pairs.flatMap(({ a, b, n, cosine, jaccard, hamming, layers }) => {
      const between = [sparsity, ...named(groups[a]), ...named(groups[b])]
      const whole = [cosine, jaccard, hamming].flatMap(({ mean, sd }) => [mean, sd])
      return [
        [...between, null, n, ...whole, chance.cosine, chance.jaccard, chance.hamming],
        ...layers.map(({ name, cosine: mean }) => [
          ...[...between, name, n, mean],
          ...[null, null, null, null, null, null, null, null],
        ]),
      ]
    }),
  )
  return csvOf({ columns, rows })
}

const columns = [
  ...['sparsity', 'a', 'a.k', 'b', 'b.k', 'layer', 'pairs'],
  ...['cosine', 'cosine.sd', 'jaccard', 'jaccard.sd', 'hamming', 'hamming.sd'],
  ...['chance.cosine', 'chance.jaccard', 'chance.hamming'],
]

type Group = SimilarityReport['sparsities'][number]['groups'][number]

function named(group: Group | undefined): [string | null, number | null] {
  return [group?.criterion ?? null, group?.k ?? null]
}
