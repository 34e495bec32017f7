import type { Group, Results } from '../results/index.ts'
import { merits, type Merit } from '../values/merit.ts'
import { comparisons, isCertain, type Against, type Comparison } from './comparison.ts'
import { grouped } from './grouped.ts'
import { groupNames } from './group-name.ts'
import { collapseReason, maskCaveats } from './mask-words.ts'
import { cellsOf, share } from './words.ts'

/** What to take from a run, in sentences, one for each thing to know. */
export interface Headline {
  /** The suite's figure of merit, in words. */
  readonly measure: string
  /** For each sparsity: who is ahead, by how much, and whether that may be chance. */
  readonly winners: readonly Winner[]
  /** How far each criterion can prune at no loss. */
  readonly critical: readonly string[]
  /** Networks that have no accuracy, and why. */
  readonly lost: readonly string[]
  /** Masks that are not what their criterion's name says. */
  readonly caveats: readonly string[]
}

/** Who is ahead at a sparsity. */
export interface Winner {
  readonly pruned: string
  readonly name: string
  readonly accuracy: string
  /** The next best criterion, and how far ahead of it the best is. */
  readonly next: Lead
  /** Against the unpruned network. */
  readonly control: Lead
}

/** A difference in points, and what may be concluded. */
export interface Lead {
  readonly over: string
  readonly points: string
  readonly interval: string
  readonly conclusion: 'clear' | 'may be chance' | 'one seed: may be chance' | 'not of all seeds' | '–'
}

export function headline(results: Results): Headline {
  const name = groupNames(results.groups, results.identity.criteria)
  const { merit } = results.identity
  return {
    measure: merits[merit],
    winners: comparisons(results).map((comparison) => winner(comparison, merit, name)),
    critical: criticalLines(results, merit, name),
    lost: lostLines(results.groups, name),
    caveats: results.groups.flatMap((group) =>
      maskCaveats(group).map((text) => `${whereOf(group, name)}: ${text}`),
    ),
  }
}

type Name = (group: Group) => string

function winner({ sparsity, best, next, control }: Comparison, merit: Merit, name: Name): Winner {
  const accuracy = best[merit]
  return {
    pruned: share(sparsity),
    name: name(best),
    accuracy:
      accuracy === null
        ? '–'
        : `${accuracy.mean.toFixed(2)} %${accuracy.sd === null ? '' : ` ± ${accuracy.sd.toFixed(2)}`}${survivors(best)}`,
    next: lead(best, next, name),
    control: lead(best, control, name),
  }
}

const nothing: Lead = { over: '–', points: '–', interval: '–', conclusion: '–' }

/** Cells that collapsed or failed are in no mean, which is then of the others alone. */
function hasLost({ statuses }: Group): boolean {
  return statuses.collapsed + statuses.failed > 0
}

function survivors(group: Group): string {
  return hasLost(group) ? ` (${group.statuses.ok} of ${cellsOf(group)})` : ''
}

function lead(best: Group, against: Against | null, name: Name): Lead {
  if (against === null) return nothing
  const { group, difference } = against
  if (difference === null) return { ...nothing, over: name(group) }
  const { mean, ci95 } = difference
  return {
    over: name(group),
    points: signed(mean),
    interval: ci95 === null ? '–' : ci95.map(signed).join(' to '),
    conclusion:
      ci95 === null
        ? 'one seed: may be chance'
        : isCertain(difference) !== true
          ? 'may be chance'
          : hasLost(best) || hasLost(group)
            ? 'not of all seeds'
            : 'clear',
  }
}

function signed(points: number): string {
  const text = points.toFixed(2)
  return points > 0 ? `+${text}` : text.replace('-', '−')
}

/** `80 %: sa, snip`, from the largest sparsity down; last those that lose more at every one. */
function criticalLines({ critical, groups }: Results, metric: string, name: Name): string[] {
  const own = critical.filter((one) => one.metric === metric)
  const bySparsity = [...grouped(own, ({ sparsity }) => sparsity)].sort(([a], [b]) => (b ?? -1) - (a ?? -1))
  return bySparsity.map(([sparsity, alike]) => {
    const names = alike.map(({ criterion, k }) => {
      const group = groups.find((candidate) => candidate.criterion === criterion && candidate.k === k)
      return group ? name(group) : criterion
    })
    return `${sparsity === null ? 'none that was run' : share(sparsity)}: ${names.join(', ')}`
  })
}

function whereOf(group: Group, name: Name): string {
  return `${name(group)}${group.control ? '' : ` at ${share(group.sparsity)}`}`
}

function lostLines(groups: readonly Group[], name: Name): string[] {
  return groups.flatMap((group) => {
    const { collapsed, failed, cancelled } = group.statuses
    const where = whereOf(group, name)
    const of = (n: number) => `${n} of ${cellsOf(group)}`
    return [
      ...(collapsed > 0
        ? [
            `${where} collapsed: its mask ${collapseReason(group.emptyLayers)} (${of(collapsed)}), so nothing was trained`,
          ]
        : []),
      ...(failed > 0 ? [`${where} failed (${of(failed)})`] : []),
      ...(cancelled > 0 ? [`${where} was not run (${of(cancelled)})`] : []),
    ]
  })
}
