import type { FigureName } from '../../figures/index.ts'
import { figureBlock } from '../figure-block.ts'
import { html } from '../markup.ts'
import type { Section } from '../section.ts'

/** A section of figures. */
export function pictures(title: string, names: readonly FigureName[]): Section {
  return { title, body: (_, figures) => html`${names.map((name) => figureBlock(name, figures[name]))}` }
}
