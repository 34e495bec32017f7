import * as Plot from '@observablehq/plot'
import { groupNames } from '../group-name.ts'
import { textWidth } from '../text-width.ts'
import { counted, share } from '../words.ts'
import type { SimilarityReport } from '../../results/index.ts'
import { caption, figureSvg, panel, WIDTH } from './chart.ts'
import type { AbsentFigure, Draw, Figure } from './figure.ts'

const TITLE = 'Similarity of masks'

/** More groups make cells too small for their numbers, and a page too large. */
const MOST = 16

type AtSparsity = SimilarityReport['sparsities'][number]
type Name = (group: { readonly criterion: string; readonly k: number }) => string

/** Cosine similarity between the masks of every two groups, coloured by how far it is from chance. */
export const similarityMap: Draw = ({ results, details }): Figure | AbsentFigure => {
  const some = details.similarity.sparsities.filter(({ pairs }) => pairs.length > 0)
  if (some.length === 0) {
    return {
      title: TITLE,
      why: 'No two masks are over the same initial weights. Give the suite two criteria, or a search searchSeeds.',
    }
  }
  const name = names(results)
  const dropped = Math.max(0, ...some.map(({ groups }) => groups.length - MOST))
  return {
    title: TITLE,
    reading:
      'Cosine similarity × 100 of masks as 0/1 vectors, mean over pairs of masks of one seed, which are over the same initial weights. On the diagonal: masks that repeats of a search found on the same weights (searchSeeds). Empty: no such pair. Orange is more alike than two random masks of that density, purple less.',
    choices:
      some.length > 1 ? [{ label: 'Pruned', options: some.map(({ sparsity }) => share(sparsity)) }] : [],
    variants: some.map((one) => ({
      picked: some.length > 1 ? [share(one.sparsity)] : [],
      svg: draw(one, name),
    })),
    data: {
      columns: ['sparsity', 'a', 'a_k', 'b', 'b_k', 'pairs', 'cosine', 'jaccard', 'hamming', 'chance_cosine'],
      rows: some.flatMap(({ sparsity, groups, pairs, chance }) =>
        pairs.map(({ a, b, n, cosine, jaccard, hamming }) => {
          const [first, second] = [groups[a], groups[b]]
          return [
            sparsity,
            first?.criterion ?? null,
            first?.k ?? null,
            second?.criterion ?? null,
            second?.k ?? null,
            n,
            cosine.mean,
            jaccard.mean,
            hamming.mean,
            chance.cosine,
          ]
        }),
      ),
    },
    leftOut:
      dropped === 0 ? null : `The first ${MOST} groups are drawn; ${counted(dropped, 'more')} in the data.`,
  }
}

function draw({ sparsity, groups, pairs, chance }: AtSparsity, name: Name): string {
  const labels = groups.slice(0, MOST).map(name)
  const cells = pairs.flatMap(({ a, b, cosine }) => {
    const [first, second] = [labels[a], labels[b]]
    if (first === undefined || second === undefined) return []
    const value = 100 * cosine.mean
    const one = { x: second, y: first, value }
    return a === b ? [one] : [one, { ...one, x: first, y: second }]
  })
  const level = 100 * chance.cosine
  const longest = 12 + 6.8 * Math.max(...labels.map(textWidth))
  const left = Math.min(220, longest + 10)
  const size = Math.max(22, Math.min(56, (WIDTH - left - 20) / labels.length))
  const slanted = longest > size
  const top = slanted ? 16 + longest * 0.71 : 26
  // Far from chance by as much as 100 is, so that equal colours are equal distances in every figure of one density.
  const reach = 100 - level
  const plot = panel({
    width: WIDTH,
    height: top + 10 + size * labels.length,
    marginLeft: left,
    marginTop: top,
    marginBottom: 10,
    marginRight: Math.max(20, WIDTH - left - size * labels.length),
    padding: 0.04,
    x: { domain: labels, axis: 'top', label: null, tickSize: 0, ...(slanted ? { tickRotate: -45 } : {}) },
    y: { domain: labels, label: null, tickSize: 0 },
    color: { type: 'diverging', scheme: 'PuOr', domain: [level - reach, 100], pivot: level },
    marks: [
      Plot.cell(cells, { x: 'x', y: 'y', fill: 'value' }),
      Plot.text(cells, {
        x: 'x',
        y: 'y',
        text: ({ value }: { value: number }) => value.toFixed(size < 34 ? 0 : 1),
        fontSize: size < 30 ? 9 : 11,
        // The colours' ends are dark, their middle is nearly white.
        fill: ({ value }: { value: number }) =>
          Math.abs(value - level) > 0.62 * reach ? '#ffffff' : '#14171a',
      }),
    ],
  })
  const said = cells.map(({ x, y, value }) => `${y} and ${x} ${value.toFixed(1)}`).slice(0, 40)
  return figureSvg(
    [caption(`${TITLE} at ${share(sparsity)} · chance level ${level.toFixed(1)}`, 'title'), plot],
    `Heat map of cosine similarity × 100 at ${share(sparsity)}; two random masks have ${level.toFixed(1)}. ${said.join('; ')}.`,
  )
}

function names({ groups, identity }: Parameters<Draw>[0]['results']): Name {
  const name = groupNames(groups, identity.criteria)
  return ({ criterion, k }) => {
    const found = groups.find((group) => group.criterion === criterion && group.k === k && !group.control)
    return found === undefined ? `${criterion} k=${k}` : name(found)
  }
}
