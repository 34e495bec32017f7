import { cellColumns } from '../cell-columns.ts'
import { grid, worthShowing } from '../grid.ts'
import { groupColumns } from '../group-columns.ts'
import { html } from '../markup.ts'
import type { Section } from '../section.ts'

/** Statistics over seeds, one row for each criterion, sparsity and k. */
export const groups: Section = {
  title: 'Groups',
  body: ({ results }) =>
    html`${grid({
      id: 'groups-grid',
      caption: 'Accuracies in %, mean ± sample standard deviation over seeds. Press a heading to sort.',
      columns: worthShowing(groupColumns(results), results.groups),
      rows: results.groups,
      noun: 'groups',
    })}
    ${
      results.groups.some(({ bestOnTest }) => bestOnTest !== null)
        ? html`<p class="quiet">
            * best on test: the best epoch chosen on the test set itself, so too high; as older papers report
            it. Nothing here is ranked by it.
          </p>`
        : null
    }`,
}

/** Every network on its own. */
export const cells: Section = {
  title: 'Cells',
  body: ({ results }) =>
    grid({
      id: 'cells-grid',
      caption: 'Every network that was trained. Accuracies in %. Press a heading to sort.',
      columns: worthShowing(cellColumns(results), results.cells),
      rows: results.cells,
      noun: 'cells',
    }),
}
