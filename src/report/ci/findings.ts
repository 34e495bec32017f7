import type { SourcePlace } from '../../values/problem.ts'
import type { Regression } from '../../verdict/index.ts'
import { failureGroups } from '../failure-groups.ts'
import { failureCause } from '../failure-lines.ts'
import { grouped } from '../grouped.ts'
import { regressionLine } from '../regression-lines.ts'
import type { Report } from '../report-files.ts'
import { checkInWords } from '../verdict-words.ts'
import { counted, shortened } from '../words.ts'
import { placeOfFailure } from './failure-place.ts'

/** Something that makes a run fail, and where in the user's files it is to be shown. */
export interface Finding {
  readonly title: string
  readonly lines: readonly string[]
  readonly place: SourcePlace
}

/** The files that findings are about. */
export interface SuiteSources {
  /** The project's folder. */
  readonly root: string
  readonly suiteFile: string
  /** The file of each criterion, by its label. */
  readonly criterionFiles: ReadonlyMap<string, string>
}

/**
 * What makes a run fail: units that failed, those with most cells first; criteria that got worse, the one that lost most
 * first; assertions that do not hold.
 */
export function findings(
  { results, verdict }: Pick<Report, 'results' | 'verdict'>,
  sources: SuiteSources,
): readonly Finding[] {
  const fileOf = (criterion: string) => sources.criterionFiles.get(criterion) ?? sources.suiteFile
  const criteria = new Map(results.cells.map(({ id, point }) => [id, point.criterion]))
  const failures = failureGroups(results.cells)
    .filter(({ figures }) => figures === null)
    .toSorted((a, b) => b.cells.length - a.cells.length)
    .map(({ unit, failure, cells }) => ({
      title: `${counted(cells.length, 'cell')} failed: ${shortened(cells, 3)}`,
      lines: [`${unit}: ${failureCause(failure)}`, ...(failure.hint === undefined ? [] : [failure.hint])],
      place: placeOfFailure(failure, sources.root, fileOf(criteria.get(cells[0] ?? '') ?? '')),
    }))
  // Cells that failed are told already.
  const regressions = (verdict.baseline?.regressions ?? []).filter(
    (one) => one.kind === 'worse' || one.status !== 'failed',
  )
  const worse = [...grouped(regressions, ({ group }) => group.criterion)]
    .map(([criterion, own]) => ({ criterion, own: own.toSorted((a, b) => severity(b) - severity(a)) }))
    .toSorted((a, b) => severity(b.own[0]) - severity(a.own[0]))
    .map(({ criterion, own }) => ({
      title: `${criterion} got worse than the accepted baseline`,
      lines: own.map(regressionLine),
      place: { file: fileOf(criterion), line: 1, column: 0 },
    }))
  const asserted = verdict.assertions
    .filter(({ outcome }) => outcome === 'fail')
    .map(({ title, checks, place }) => ({
      title: `does not hold: ${title}`,
      lines: checks.filter(({ outcome }) => outcome === 'fail').map(checkInWords),
      place: { ...place, file: sources.suiteFile },
    }))
  return [...failures, ...worse, ...asserted]
}

/** How many times what noise explains a figure lost; a network that is lost altogether is worst. */
function severity(regression: Regression | undefined): number {
  if (regression === undefined) return 0
  if (regression.kind === 'lost') return Infinity
  const { difference, limit, fallen } = regression
  return Math.max(
    limit === null || limit === 0 ? Math.abs(difference) : difference / limit,
    ...fallen.map((seed) => (seed.now - seed.before) / seed.limit),
  )
}
