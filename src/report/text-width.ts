const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const escapes = /\u001b\[[0-9;]*m/g
const printable = /^[\u0020-\u007e]*$/
const invisible = /^[\p{Control}\p{Format}\p{Mark}]+$/u
const emoji = /\p{Emoji_Presentation}|\ufe0f/u
/** Blocks of East Asian characters that take two columns (Unicode Standard Annex 11: W and F). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u

/** How many columns of a terminal a line takes; colour codes take none. */
export function textWidth(line: string): number {
  const text = line.replace(escapes, '')
  if (printable.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

/** The line, shortened with `…` where it takes more than `width` columns. Meant for text without colour codes. */
export function fit(line: string, width: number): string {
  if (textWidth(line) <= width) return line
  if (width < 1) return ''
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(line)) {
    const next = graphemeWidth(segment)
    if (used + next > width - 1) break
    kept += segment
    used += next
  }
  return `${kept.trimEnd()}…`
}

/** The line with spaces after it, up to `width` columns. */
export function padEnd(line: string, width: number): string {
  return line + ' '.repeat(Math.max(0, width - textWidth(line)))
}

/** The line with spaces before it, up to `width` columns. */
export function padStart(line: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(line))) + line
}

/** Breaks text at spaces into lines of at most `width` columns; longer words (paths) stay whole. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
        lines.push(line)
        line = word
      } else line = line === '' ? word : `${line} ${word}`
    }
    return [...lines, line]
  })
}

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0
  return emoji.test(grapheme) || wide.test(grapheme) ? 2 : 1
}
