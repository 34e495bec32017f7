import type { Figures } from '../figures/index.ts'
import type { Report } from '../report-files.ts'
import type { Markup } from './markup.ts'

/** A part of the page with a heading of its own. */
export interface Section {
  readonly title: string
  readonly body: (report: Report, figures: Figures) => Markup
}
