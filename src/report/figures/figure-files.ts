import { csvOf } from '../data-table.ts'
import { isDrawn, type Variant } from './figure.ts'
import type { Figures } from './index.ts'
import { onPaper } from './palette.ts'

/** All figures as files: `figures/<name>.svg` for what is shown first, others with what was chosen in their names, and the data. */
export function* figureFiles(figures: Figures): Generator<readonly [path: string, content: string]> {
  for (const [name, figure] of Object.entries(figures)) {
    if (!isDrawn(figure)) continue
    for (const variant of figure.variants) {
      yield [figureFile(name, variant, variant === figure.variants[0]), standingAlone(variant.svg)]
    }
    yield [`figures/${name}.csv`, csvOf(figure.data)]
  }
}

/** Where a picture lies in a report's folder. */
export function figureFile(name: string, { picked }: Variant, first: boolean): string {
  const words = picked.map((option) =>
    option
      .toLowerCase()
      .replace(/ %/g, '')
      .replace(/[^a-z0-9.]+/g, '-')
      .replace(/^-|-$/g, ''),
  )
  return `figures/${first ? name : [name, ...words].join('-')}.svg`
}

/** With its own ground and ink, for slides and programs that know nothing of a page. */
function standingAlone(svg: string): string {
  return onPaper(svg).replace('<svg ', '<svg style="background:#ffffff;color:#1b1f24" ')
}
