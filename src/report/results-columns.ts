import type { AccuracyName, Group, RunIdentity } from '../results/index.ts'
import { duration, meanAndSpread } from './words.ts'

/** A column of the table of results. */
export interface ResultsColumn {
  readonly name: string
  /** The accuracy it shows. */
  readonly metric?: AccuracyName
  /** Two lines of heading: what it is of, and which. */
  readonly heading: readonly [string, string]
  /** Columns are left out from the highest number on where the terminal is too narrow. */
  readonly rank: number
  /** Left out of narrower terminals even where there is room. */
  readonly from?: number
  readonly text: (group: Group) => string
  /** The number that is compared between criteria, as rounded as it is shown, higher being better. */
  readonly value?: (group: Group) => number | null
}

/** A column that is not shown whatever the width, and why. */
export interface AbsentColumn {
  readonly name: string
  readonly why: string
}

export interface Columns {
  readonly shown: readonly ResultsColumn[]
  readonly absent: readonly AbsentColumn[]
}

const NONE_YET = 'no cell has one yet'
const NOT_DENSE = 'it is defined for fully connected layers'

/** The columns that say something about these groups, from left to right. */
export function resultsColumns(
  groups: readonly Group[],
  { training, criteria, granularity }: Pick<RunIdentity, 'training' | 'criteria' | 'granularity'>,
): Columns {
  const absent: AbsentColumn[] = []
  const shown: ResultsColumn[] = []
  const some = (name: AccuracyName | 'orthogonality') => groups.some((group) => group[name] !== null)
  const add = (column: ResultsColumn, because: string | false) => {
    if (because === false) shown.push(column)
    else absent.push({ name: column.name, why: because })
  }
  const searched = criteria.some(
    ({ kind, label }) => kind === 'search' && groups.some(({ criterion }) => criterion === label),
  )
  add(column.search, !some('search') && (searched ? NONE_YET : 'no search was run'))
  add(
    column.atK,
    groups.every(({ k }) => k === 0)
      ? 'k is 0 for every cell, so that it equals the rewind accuracy'
      : !some('atK') && NONE_YET,
  )
  // Only searches have one: there is nothing to explain where none has.
  if (some('validation')) shown.push(column.validation)
  add(column.rewind, false)
  add(column.last, false)
  add(
    column.validationSelected,
    !some('validationSelected') &&
      (training.validation === 0 ? 'no validation images are held out' : NONE_YET),
  )
  add(
    column.bestOnTest,
    !some('bestOnTest') &&
      (training.testEveryEpoch ? NONE_YET : 'the test set is not read after every epoch'),
  )
  if (!achievedIsRequested(groups)) shown.push(column.achieved)
  if (groups.some(losesMore)) shown.push(column.effective)
  if (granularity === 'weight') {
    const computed = groups.some(({ rewind }) => rewind !== null)
    add(column.orthogonality, !some('orthogonality') && (computed ? NOT_DENSE : NONE_YET))
  }
  shown.push(column.time)
  return { shown, absent }
}

/** Whether every group's achieved sparsity is, to the digits shown, the same for all criteria at that sparsity. */
export function achievedAt(sparsity: number, groups: readonly Group[]): string | null {
  const texts = new Set(
    groups.filter((g) => g.sparsity === sparsity && g.achievedSparsity !== null).map(achievedText),
  )
  const [only] = texts
  return texts.size === 1 && only !== undefined ? only : null
}

function achievedIsRequested(groups: readonly Group[]): boolean {
  const pruned = groups.filter((group) => !group.control && group.achievedSparsity !== null)
  return pruned.every((group) => achievedAt(group.sparsity, pruned) !== null)
}

/** Whether some of what masks keep lies on no path, to the digits shown. */
function losesMore(group: Group): boolean {
  return group.effectiveSparsity !== null && effectiveText(group) !== achievedText(group)
}

function effectiveText({ effectiveSparsity }: Group): string {
  return effectiveSparsity === null ? '–' : (100 * effectiveSparsity.mean).toFixed(2)
}

function achievedText({ achievedSparsity }: Group): string {
  return achievedSparsity === null ? '–' : (100 * achievedSparsity.mean).toFixed(2)
}

const accuracy = (
  name: AccuracyName,
  title: string,
  heading: readonly [string, string],
  rank: number,
  digits: number,
): ResultsColumn => ({
  name: title,
  metric: name,
  heading,
  rank,
  text: (group) => meanAndSpread(group[name], digits),
  value: (group) => {
    const statistic = group[name]
    return statistic && Number(statistic.mean.toFixed(digits))
  },
})

const column = {
  search: accuracy('search', 'search-set accuracy', ['search', 'set'], 4, 1),
  atK: accuracy('atK', 'accuracy at k', ['untrained', 'at k'], 6, 1),
  validation: accuracy('validation', 'held-out accuracy', ['untrained', 'held-out'], 7, 1),
  rewind: accuracy('rewind', 'rewind accuracy', ['untrained', 'rewind'], 3, 1),
  last: accuracy('last', 'accuracy after the last epoch', ['trained', 'last epoch'], 1, 2),
  validationSelected: accuracy(
    'validationSelected',
    'validation-selected accuracy',
    ['trained', 'val.-selected'],
    2,
    2,
  ),
  bestOnTest: accuracy('bestOnTest', 'best on test', ['trained', 'best on test*'], 9, 2),
  achieved: {
    name: 'achieved sparsity',
    heading: ['achieved', 'sparsity %'],
    rank: 8,
    text: achievedText,
  },
  effective: {
    name: 'effective sparsity',
    heading: ['effective', 'sparsity %'],
    rank: 4.5,
    text: effectiveText,
  },
  orthogonality: {
    name: 'orthogonality score',
    heading: ['', 'OS'],
    rank: 10,
    from: 110,
    text: ({ orthogonality }) => orthogonality?.mean.toPrecision(4) ?? '–',
  },
  time: {
    name: 'time',
    heading: ['time/', 'cell'],
    rank: 5,
    text: ({ seconds }) => (seconds === null ? '–' : duration(seconds.mean)),
  },
} as const satisfies Record<string, ResultsColumn>
