import { html, type Content, type Markup } from './markup.ts'

/** A column of a table that readers may sort by. */
export interface GridColumn<Row> {
  readonly name: string
  /** What it is, in full, where the name is short. */
  readonly meaning?: string
  /** Text is sorted as text, all else by the number it begins with. */
  readonly kind: 'text' | 'number'
  readonly show: (row: Row) => Content
}

export interface GridOptions<Row> {
  readonly id: string
  readonly caption: string
  readonly columns: readonly GridColumn<Row>[]
  readonly rows: readonly Row[]
  /** What the word over the rows is: cells, groups. */
  readonly noun: string
}

/** A table that can be sorted by any column and filtered by words. */
export function grid<Row>({ id, caption, columns, rows, noun }: GridOptions<Row>): Markup {
  const texts = columns.map(({ kind }) => kind === 'text')
  const head = columns.map(
    ({ name, meaning, kind }) =>
      html`<th scope="col" class="${kind}">
        <button type="button" ${meaning === undefined ? null : html`title="${meaning}"`}>${name}</button>
      </th>`,
  )
  const body = rows.map((row) => {
    const cells = columns.map(({ show }, i) =>
      texts[i] === true ? html`<td class="t">${show(row)}</td>` : html`<td>${show(row)}</td>`,
    )
    return html`<tr>
      ${cells}
    </tr> `
  })
  return html`<div class="grid" id="${id}">
    <p class="tools script">
      <label
        >Filter <input type="search" placeholder="words, such as: snip 90 failed" aria-controls="${id}-table"
      /></label>
      <output aria-live="polite">${rows.length} ${noun}</output>
      <button type="button" class="more" hidden>Show all</button>
    </p>
    <div class="scroll" role="region" aria-label="${caption}" tabindex="0">
      <table id="${id}-table">
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
  </div>`
}

/** Columns that have something to show for some row; a dash is nothing. */
export function worthShowing<Row>(
  columns: readonly GridColumn<Row>[],
  rows: readonly Row[],
): readonly GridColumn<Row>[] {
  return columns.filter(({ show }) => rows.some((row) => show(row) !== '–'))
}
