import { csvOf } from '../data-table.ts'
import { isDrawn, type Variant } from './figure.ts'
import type { Figures } from './index.ts'
import { onPaper } from './palette.ts'

/** All figures as files: `figures/<name>.svg` for what is shown first, others with what was chosen in their names, and the data. */
export function* figureFiles(figures: Figures): Generator<readonly [path: string, content: string]> {
  for (const [name, figure] of Object.entries(figures)) {
    if (!isDrawn(figure)) continue
    for (const [i, { svg }] of figure.variants.entries())
      yield [figureFile(name, figure.variants, i), standingAlone(svg)]
    yield [`figures/${name}.csv`, csvOf(figure.data)]
  }
}

/** Where the picture of a figure's i-th variant lies in a report's folder; each has a file of its own. */
export function figureFile(name: string, variants: readonly Variant[], i: number): string {
  if (i === 0) return `figures/${name}.svg`
  const words = variants.map(({ picked }) => wordsOf(picked))
  const twice = words.indexOf(words[i] ?? '') < i ? [String(i + 1)] : []
  return `figures/${[name, words[i], ...twice].join('-')}.svg`
}

function wordsOf(picked: Variant['picked']): string {
  return picked
    .map((option) =>
      option
        .toLowerCase()
        .replace(/ %/g, '')
        .replace(/[^a-z0-9.]+/g, '-')
        .replace(/^-|-$/g, ''),
    )
    .join('-')
}

/** With its own ground and ink, for slides and programs that know nothing of a page. */
function standingAlone(svg: string): string {
  return onPaper(svg).replace('<svg ', '<svg style="background:#ffffff;color:#1b1f24" ')
}
