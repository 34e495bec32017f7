import type { SimilarityReport } from '../results/index.ts'
import { csvOf } from './data-table.ts'

/**
 * `similarity.csv`: for every two groups at a sparsity a row on whole masks, with what chance would give, then one for
 * each layer, its cosine alone. Groups are named by criterion and k; means and standard deviations are over `pairs`: masks
 * of one seed, so of the same initial weights. Two groups without such a pair have a row that says why.
 */
export function similarityCsv({ sparsities }: SimilarityReport): string {
  const rows = sparsities.flatMap(({ sparsity, groups, chance, pairs, incomparable }) => [
    ...pairs.flatMap(({ a, b, n, cosine, jaccard, hamming, layers }) => {
      const between = [sparsity, ...named(groups[a]), ...named(groups[b])]
      const whole = [cosine, jaccard, hamming].flatMap(({ mean, sd }) => [mean, sd])
      return [
        [...between, null, n, ...whole, chance.cosine, chance.jaccard, chance.hamming, null],
        ...layers.map(({ name, cosine: mean }) => [
          ...[...between, name, n, mean],
          ...[null, null, null, null, null, null, null, null, null],
        ]),
      ]
    }),
    ...incomparable.map(({ a, b, why }) => [
      ...[sparsity, ...named(groups[a]), ...named(groups[b]), null, 0],
      ...[null, null, null, null, null, null],
      ...[chance.cosine, chance.jaccard, chance.hamming, why],
    ]),
  ])
  return csvOf({ columns, rows })
}

const columns = [
  ...['sparsity', 'a', 'a.k', 'b', 'b.k', 'layer', 'pairs'],
  ...['cosine', 'cosine.sd', 'jaccard', 'jaccard.sd', 'hamming', 'hamming.sd'],
  ...['chance.cosine', 'chance.jaccard', 'chance.hamming', 'why'],
]

type Group = SimilarityReport['sparsities'][number]['groups'][number]

function named(group: Group | undefined): [string | null, number | null] {
  return [group?.criterion ?? null, group?.k ?? null]
}
