// What the page does beside showing itself. It runs in the reader's browser, from a file, and asks nothing of a network.

/** Rows laid out at a time: with thousands, every change of the table would be felt. */
const MOST_ROWS = 250

const root = document.documentElement
root.classList.add('scripted')

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-themes]')) chooseTheme(button)
for (const figure of document.querySelectorAll<HTMLElement>('figure[data-choices]')) choosePicture(figure)
for (const grid of document.querySelectorAll<HTMLElement>('.grid')) sortAndFilter(grid)

/** Goes round the system's colours, light and dark ones. */
function chooseTheme(button: HTMLButtonElement): void {
  const themes = (button.dataset.themes ?? '').split(' ')
  const show = (theme: string): void => {
    root.dataset.theme = theme
    button.textContent = `Colours: ${theme}`
  }
  show(root.dataset.theme ?? 'system')
  button.addEventListener('click', () => {
    show(themes[(themes.indexOf(root.dataset.theme ?? '') + 1) % themes.length] ?? 'system')
  })
}

/** Shows the picture of what is chosen. */
function choosePicture(figure: HTMLElement): void {
  const selects = [...figure.querySelectorAll('select')]
  const pictures = [...figure.querySelectorAll<HTMLElement>('[data-picked]')]
  figure.addEventListener('change', () => {
    const picked = selects.map(({ value }) => value).join('|')
    for (const picture of pictures) picture.hidden = picture.dataset.picked !== picked
  })
}

/** Sorts by the column whose heading is pressed, shows the rows that have all the words, the first of them unless all are wanted. */
function sortAndFilter(grid: HTMLElement): void {
  const body = grid.querySelector('tbody')
  const input = grid.querySelector('input')
  const output = grid.querySelector('output')
  const more = grid.querySelector<HTMLButtonElement>('button.more')
  if (!body || !input || !output || !more) return
  const headings = [...grid.querySelectorAll('th')]
  const noun = output.textContent.replace(/^\S+ /, '')
  const words = new Map<HTMLTableRowElement, string>()
  const wordsOf = (row: HTMLTableRowElement): string => {
    const known = words.get(row) ?? row.textContent.replace(/\s+/g, ' ').toLowerCase()
    words.set(row, known)
    return known
  }
  let rows = [...body.rows]
  let most = MOST_ROWS

  const show = (): void => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    const found = rows.filter((row) => wanted.every((word) => wordsOf(row).includes(word)))
    const shown = found.slice(0, most)
    body.replaceChildren(...shown)
    const of = found.length === rows.length ? '' : ` of ${rows.length}`
    const first = shown.length === found.length ? '' : `, the first ${shown.length} shown`
    output.textContent = `${found.length}${of} ${noun}${first}`
    more.hidden = shown.length === found.length
  }
  show()

  grid.querySelector('thead')?.addEventListener('click', ({ target }) => {
    const heading = (target as Element).closest('th')
    if (!heading) return
    const falling = heading.getAttribute('aria-sort') === 'ascending'
    for (const other of headings) other.removeAttribute('aria-sort')
    heading.setAttribute('aria-sort', falling ? 'descending' : 'ascending')
    rows = sorted(rows, headings.indexOf(heading), {
      byText: heading.classList.contains('text'),
      sign: falling ? -1 : 1,
    })
    show()
  })
  input.addEventListener('input', show)
  more.addEventListener('click', () => {
    most = Infinity
    show()
  })
}

/** Rows by the text or the number in a column; what has no number comes last, whichever way. */
function sorted(
  rows: readonly HTMLTableRowElement[],
  column: number,
  { byText, sign }: { readonly byText: boolean; readonly sign: number },
): HTMLTableRowElement[] {
  const collator = new Intl.Collator('en', { numeric: true })
  const keyed = rows.map((row) => {
    const text = row.cells[column]?.textContent ?? ''
    return { row, text, number: Number.parseFloat(text.replaceAll(',', '')) }
  })
  keyed.sort((a, b) => {
    if (byText) return sign * collator.compare(a.text, b.text)
    const [noA, noB] = [Number.isNaN(a.number), Number.isNaN(b.number)]
    return noA || noB ? Number(noA) - Number(noB) : sign * (a.number - b.number)
  })
  return keyed.map(({ row }) => row)
}
