import { Problem } from '../values/problem.ts'
import { percentOf } from '../values/share.ts'
import type { PlannedCell } from './types.ts'

/**
 * The cells that a filter chooses; all without one. A filter is one or more lists of words with ` | ` between them, and
 * chooses the cells that one of the lists chooses: those whose id has all its words, in any order and letter case.
 * `a|b` is a word that stands for either; `!a` one that must not be there. A word with `=` or `%` must be a whole word of
 * the id or of its value (`seed=1`, `90%`, not `seed=10`); others may be parts of the criterion's name. Throws a `Problem`
 * for a filter in which something is missing around `|` or behind `!`.
 */
export function filterCells(
  cells: readonly PlannedCell[],
  filter: string | undefined,
): readonly PlannedCell[] {
  const words = wordsOf(filter ?? '')
  if (words.length === 0) return cells
  const lists: string[][] = [[]]
  for (const word of words) {
    if (word === '|') lists.push([])
    else lists.at(-1)?.push(word)
  }
  if (lists.some((list) => list.length === 0)) throw incomplete(filter)
  const choosesOf = lists.map((list) => list.map((word) => chooserOf(word, filter)))
  return cells.filter((cell) => {
    const seen = { tokens: wordsOf(cell.id), name: cell.point.criterion.toLowerCase() }
    return choosesOf.some((all) => all.every((chooses) => chooses(seen)))
  })
}

/** What words are looked for in. */
interface SeenCell {
  readonly tokens: readonly string[]
  /** The criterion's label. */
  readonly name: string
}

function chooserOf(word: string, filter: string | undefined): (cell: SeenCell) => boolean {
  const negated = word.startsWith('!')
  const either = (negated ? word.slice(1) : word).split('|').map(rounded)
  if (either.includes('')) throw incomplete(filter)
  return ({ tokens, name }) =>
    negated !==
    either.some((one) =>
      /[=%]/.test(one)
        ? tokens.some((token) => token === one || token.endsWith(`=${one}`))
        : name.includes(one),
    )
}

/** A sparsity is compared at the precision of ids: `30.000000000000004%` is `30%`. */
function rounded(word: string): string {
  return word.replace(/^(s=)?(\d*\.?\d+)%$/, (_, s: string | undefined, percent: string) => {
    return `${s ?? ''}${percentOf(Number(percent) / 100)}%`
  })
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean)
}

function incomplete(filter: string | undefined): Problem {
  return new Problem('usage', `the filter ${JSON.stringify(filter)} is not complete`, {
    hint: 'write words on both sides of | and behind !, as in "snip|random 90%", "snip 90% | random", "!random"',
  })
}
