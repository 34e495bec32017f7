import type { Assertion, CellSelector, Choice, Claim, Reference } from '../plugin/index.ts'
import type { Merit } from '../values/merit.ts'
import { metrics } from './figures.ts'

/** An assertion in words, on a suite of this figure of merit: `snip at 90 % exceeds random (trained accuracy)`. */
export function assertionTitle({ cells, claim }: Pick<Assertion, 'cells' | 'claim'>, merit: Merit): string {
  return `${cellsInWords(cells)} ${claimInWords(claim, merit)}`
}

function cellsInWords({ criterion, control, ...where }: CellSelector): string {
  const who =
    control === true ? 'unpruned' : criterion === undefined ? 'every criterion' : inWords(criterion, String)
  return [who, ...placeInWords(where)].join(' ')
}

function placeInWords({
  sparsity,
  k,
  seed,
  searchSeed,
}: Omit<CellSelector, 'criterion' | 'control'>): readonly string[] {
  return [
    ...(sparsity === undefined ? [] : [`at ${inWords(sparsity, percent)}`]),
    ...(k === undefined ? [] : [`at k=${inWords(k, String)}`]),
    ...(seed === undefined ? [] : [`of seed ${inWords(seed, String)}`]),
    ...(searchSeed === undefined ? [] : [`of search seed ${inWords(searchSeed, String)}`]),
  ]
}

function inWords<T extends string | number>(choice: Choice<T>, word: (value: T) => string): string {
  if (typeof choice !== 'object') return word(choice)
  if (Array.isArray(choice)) return (choice as readonly T[]).map(word).join(', ')
  const { from, to } = choice as { from?: T; to?: T }
  if (from === undefined) return to === undefined ? 'any' : `up to ${word(to)}`
  return to === undefined ? `${word(from)} and above` : `${word(from)} to ${word(to)}`
}

function claimInWords(claim: Claim, merit: Merit): string {
  switch (claim.kind) {
    case 'exact-sparsity':
      return 'prunes exactly as much as asked for'
    case 'no-collapse':
      return 'keeps a path from input to output'
    case 'trend': {
      const what = claim.metric === 'similarity' ? 'similarity of masks' : metrics[claim.metric].title
      return `${claim.direction} with ${claim.along} (${what})`
    }
    case 'compares': {
      const { metric, relation, target, offset, confident } = claim
      const { title, unit } = metrics[metric ?? merit]
      const size = Math.abs(offset)
      const amount = [size, unit === 'points' && size === 1 ? 'point' : unit].filter(Boolean).join(' ')
      const what = typeof target === 'number' ? amountOf(target, unit) : referenceInWords(target)
      const verb =
        relation === '≤'
          ? `does not exceed ${what}${offset === 0 ? '' : ` by more than ${amount}`}`
          : relation === '>' || offset > 0
            ? `exceeds ${what}${offset === 0 ? '' : ` by at least ${amount}`}`
            : `reaches ${what}${offset === 0 ? '' : ` within ${amount}`}`
      return `${verb} (${title}${confident ? ', with 95 % confidence' : ''})`
    }
  }
}

function amountOf(target: number, unit: 'points' | 'ms' | ''): string {
  return unit === 'points' ? `${target} %` : unit === 'ms' ? `${target} ms` : String(target)
}

function referenceInWords({ criterion, control, metric, ...where }: Reference): string {
  const figure = metric === undefined ? [] : [`its ${metrics[metric].title}`]
  const who = control === true ? ['unpruned'] : criterion === undefined ? [] : [inWords(criterion, String)]
  const words = [...figure, ...who, ...placeInWords(where)]
  return words.length === 0 ? 'itself' : words.join(' of ').replace(/ of (at|of) /g, ' $1 ')
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(4))} %`
}
