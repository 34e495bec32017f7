import { share, together } from '../words.ts'
import type { Figure } from './figure.ts'
import { panelsOf, type Series } from './series.ts'

/** More pictures of one figure are too many to look through, and make a page heavy. */
const MOST = 24

/** A picture for every sparsity, and every k where there are many series; of many sparsities some, evenly spaced. */
export function bySparsity(
  sparsities: readonly number[],
  series: readonly Series[],
  draw: (sparsity: number, series: readonly Series[]) => string,
): Pick<Figure, 'choices' | 'variants' | 'leftOut'> {
  const all = [...sparsities].sort((a, b) => a - b)
  const parts = panelsOf(series)
  const shown = spaced(all, Math.max(2, Math.floor(MOST / parts.length)))
  const options = shown.map(share)
  return {
    choices: [
      ...(shown.length > 1 ? [{ label: 'Pruned', options }] : []),
      ...(parts.length > 1 ? [{ label: 'Masks chosen at', options: parts.map(({ k }) => `k = ${k}`) }] : []),
    ],
    variants: shown.flatMap((sparsity) =>
      parts.map((part) => ({
        picked: [
          ...(shown.length > 1 ? [share(sparsity)] : []),
          ...(part.k === null ? [] : [`k = ${part.k}`]),
        ],
        svg: draw(sparsity, part.series),
      })),
    ),
    leftOut:
      shown.length === all.length ? null : `Drawn at ${together(options)}; the data has all sparsities.`,
  }
}

/** At most so many of some values, the first and the last among them. */
function spaced<T>(values: readonly T[], most: number): readonly T[] {
  if (values.length <= most) return values
  return Array.from(
    { length: most },
    (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))] as T,
  )
}
