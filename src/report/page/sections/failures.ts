import { failureGroups, lossOf } from '../../failure-groups.ts'
import { failureCause } from '../../failure-lines.ts'
import { counted, shortened } from '../../words.ts'
import { html } from '../markup.ts'
import type { Section } from '../section.ts'

/** What failed, why, and the last words of its process. */
export const failures: Section = {
  title: 'Failures',
  body: ({ results }) => {
    const all = failureGroups(results.cells)
    if (all.length === 0) return html`<p>No unit of work failed.</p>`
    return html`${all.map(
      ({ unit, failure, cells, figures }) =>
        html`<h3 class="${figures === null ? 'bad' : 'warning'}">${unit}</h3>
          <p>${failureCause(failure)}</p>
          ${failure.stderr === undefined || failure.stderr.length === 0 ? null : html`<pre tabindex="0">${failure.stderr.join('\n')}</pre>`}
          ${failure.hint === undefined ? null : html`<p>→ ${failure.hint}</p>`}
          <p class="quiet">
            ${counted(cells.length, 'cell')} ${lossOf(figures, cells.length)}: ${shortened(cells, 8)}
          </p> `,
    )}`
  },
}
