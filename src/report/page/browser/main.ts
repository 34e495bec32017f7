// What the page does beside showing itself. It runs in the reader's browser, from a file, and asks nothing of a network.

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

/** Sorts by the column whose heading is pressed, and hides the rows that do not have all the words. */
function sortAndFilter(grid: HTMLElement): void {
  const body = grid.querySelector('tbody')
  const input = grid.querySelector('input')
  const output = grid.querySelector('output')
  if (!body || !input || !output) return
  const headings = [...grid.querySelectorAll('th')]
  const rows = [...body.rows]
  const words = rows.map((row) => row.textContent.replace(/\s+/g, ' ').toLowerCase())
  const noun = output.textContent.replace(/^\d+ /, '')
  const collator = new Intl.Collator('en', { numeric: true })

  grid.querySelector('thead')?.addEventListener('click', ({ target }) => {
    const heading = (target as Element).closest('th')
    if (!heading) return
    const column = headings.indexOf(heading)
    const falling = heading.getAttribute('aria-sort') === 'ascending'
    for (const other of headings) other.removeAttribute('aria-sort')
    heading.setAttribute('aria-sort', falling ? 'descending' : 'ascending')
    const keys = new Map(rows.map((row) => [row, row.cells[column]?.textContent ?? '']))
    const sign = falling ? -1 : 1
    const byText = heading.classList.contains('text')
    const numbers = new Map([...keys].map(([row, key]) => [row, Number.parseFloat(key.replaceAll(',', ''))]))
    const order = (a: HTMLTableRowElement, b: HTMLTableRowElement): number => {
      if (byText) return sign * collator.compare(keys.get(a) ?? '', keys.get(b) ?? '')
      const [x, y] = [numbers.get(a) ?? NaN, numbers.get(b) ?? NaN]
      // What has no number comes last, whichever way.
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
      return sign * (x - y)
    }
    body.append(...rows.toSorted(order))
  })

  input.addEventListener('input', () => {
    const wanted = input.value.toLowerCase().split(/\s+/)
    let shown = 0
    rows.forEach((row, i) => {
      const matches = wanted.every((word) => words[i]?.includes(word))
      row.hidden = !matches
      if (matches) shown++
    })
    output.textContent = shown === rows.length ? `${shown} ${noun}` : `${shown} of ${rows.length} ${noun}`
  })
}
