import type { Group, Results } from '../results/index.ts'
import { plainText } from '../values/plain-text.ts'
import { metrics, type Verdict } from '../verdict/index.ts'
import { changeWords, figuresOf, toldChanges } from './changes-table.ts'
import { failureGroups, lossOf } from './failure-groups.ts'
import { failureCause } from './failure-lines.ts'
import { groupNames } from './group-name.ts'
import { headline } from './headline.ts'
import type { Report } from './report-files.ts'
import { pointName } from './point-name.ts'
import { resultsColumns } from './results-columns.ts'
import { notRunWarnings, runFacts, runWarnings } from './run-facts.ts'
import {
  assertionCounts,
  checkInWords,
  comparisonInWords,
  judgedInWords,
  outcomeMarks,
} from './verdict-words.ts'
import { counted, share, statusWords } from './words.ts'

/** What GitHub takes for a comment is 65,536 characters; some room is left for what others put around it. */
const MOST_CHARACTERS = 60_000

/** Assertions that do not hold, changes and failures that are told; the page has all. */
const MOST_TOLD = 10

/** The report for pull requests and step summaries. */
export function reportMarkdown(report: Report): string {
  const { results, verdict } = report
  const { identity } = results
  const { winners, measure, lost, caveats } = headline(results)
  const before = [
    `## ${text(identity.suite)}, profile ${text(identity.profile)}`,
    text(identity.summary),
    ...[...runWarnings(results), ...notRunWarnings(results)].map((warning) => `> ⚠ ${text(warning)}`),
    ...verdictLines(verdict),
    table(
      ['pruned', 'best', 'accuracy', 'next best', 'lead', '95 % interval', '', 'against unpruned'],
      winners.map(({ pruned, name, accuracy, next, control }) => [
        pruned,
        `**${text(name)}**`,
        accuracy,
        text(next.over),
        next.points,
        next.interval,
        next.conclusion,
        control.points,
      ]),
    ),
    `Best mean ${measure}, ± one sample standard deviation over seeds; leads are in points, paired by seed, with intervals that allow for the best having been chosen.`,
    ...(lost.length === 0 ? [] : [`**Without an accuracy:** ${shortList(lost)}.`]),
    ...(caveats.length === 0 ? [] : [`**Masks:** ${shortList(caveats)}.`]),
    ...failureGroups(results.cells)
      .slice(0, MOST_TOLD)
      .map(
        ({ unit, failure, cells, figures }) =>
          `**${counted(cells.length, 'cell')} ${lossOf(figures, cells.length)}**: ${text(unit)}: ${text(failureCause(failure))}`,
      ),
  ]
  const after = [
    details(
      'What was run',
      runFacts(results)
        .map(({ label, text: fact }) => `- **${label}**: ${text(fact)}`)
        .join('\n'),
    ),
    'Everything else is in `index.html` (figures, every cell), `results.json` and `figures/` of the report.',
  ]
  const room = MOST_CHARACTERS - [...before, ...after].join('\n\n').length - 200
  return `${[...before, details('All groups', groupsTable(results, room)), ...after].join('\n\n')}\n`
}

/** What does not hold, and what got worse; a line where all is well. */
function verdictLines(verdict: Verdict): string[] {
  const { assertions, baseline } = verdict
  const partly = assertions.length === 0 && baseline === null ? undefined : judgedInWords(verdict)
  const others = assertions.filter(({ outcome }) => outcome === 'fail' || outcome === 'unsure')
  const worse = toldChanges(baseline?.changes ?? []).filter(({ gates }) => gates)
  return [
    ...(partly === undefined ? [] : [partly]),
    ...(assertions.length === 0
      ? []
      : [
          `**Assertions:** ${assertionCounts(assertions)
            .map(({ words }) => words)
            .join(', ')}.`,
        ]),
    ...(others.length === 0
      ? []
      : [
          others
            .slice(0, MOST_TOLD)
            .map(
              ({ title, outcome, checks }) =>
                `- ${outcomeMarks[outcome]} ${text(title)}: ${text(
                  checks
                    .filter((check) => check.outcome === outcome)
                    .map(checkInWords)
                    .join('; '),
                )}`,
            )
            .join('\n'),
        ]),
    ...(baseline === null ? [] : [`**Baseline:** ${text(comparisonInWords(baseline))}.`]),
    ...(worse.length === 0
      ? []
      : [
          table(
            ['figure', '', 'before', 'now', 'change', 'interval', 'limit'],
            worse
              .slice(0, MOST_TOLD)
              .map((change) => [
                `${text(pointName(change.group))} ${metrics[change.metric].short}`,
                changeWords[change.outcome],
                ...figuresOf(change),
              ]),
          ),
        ]),
  ]
}

function shortList(all: readonly string[]): string {
  return `${text(all.slice(0, 8).join('; '))}${all.length > 8 ? `; and ${all.length - 8} more` : ''}`
}

/** As many rows as there is room for; how many are left out is said. */
function groupsTable(results: Results, room: number): string {
  const { groups, identity } = results
  const { shown } = resultsColumns(groups, identity)
  const name = groupNames(groups, identity.criteria)
  const head = ['pruned', 'criterion', ...shown.map(({ heading }) => heading.join(' ').trim())]
  const rows = groups.map((group) => [
    group.control ? '–' : share(group.sparsity),
    text(name(group)),
    ...(group.statuses.ok === 0
      ? [ending(group), ...shown.slice(1).map(() => '')]
      : shown.map((column) => column.text(group))),
  ])
  const fitting = rows.slice()
  while (fitting.length > 0 && table(head, fitting).length > room)
    fitting.length = Math.floor(fitting.length * 0.8)
  const left = rows.length - fitting.length
  return [
    table(head, fitting),
    ...(left > 0 ? [`${counted(left, 'more group')} in \`index.html\`.`] : []),
  ].join('\n\n')
}

function ending({ statuses }: Group): string {
  return (['collapsed', 'failed', 'cancelled'] as const)
    .filter((status) => statuses[status] > 0)
    .map((status) => statusWords[status])
    .join(', ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i < 2 ? '---' : '--:'))), ...rows.map(line)].join('\n')
}

function details(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`
}

/** Text as it is, whatever Markdown and HTML would make of it. */
function text(raw: string): string {
  return plainText(raw)
    .replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/^(\s*(?:\d+(?=[.)])|(?=[-+=])))/, '$1\\')
}
