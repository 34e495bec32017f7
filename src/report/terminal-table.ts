import { fullTimes, type Results, type RunDetails, type RunSummary } from '../results/index.ts'
import { merits } from '../values/merit.ts'
import type { Verdict } from '../verdict/index.ts'
import { costTable } from './cost-table.ts'
import { filtersTable } from './filters-table.ts'
import { paint as painter, type Paint } from './paint.ts'
import { resultsTable, type ResultsTable } from './results-table.ts'
import { runFooter } from './run-footer.ts'
import { runHeader } from './run-header.ts'
import { wrap } from './text-width.ts'
import { traceCharts } from './trace-charts.ts'
import { verdictLines } from './verdict-lines.ts'
import { counted, shortened, together } from './words.ts'

export interface TerminalOptions {
  /** Width of the terminal. */
  readonly columns: number
  readonly colour: boolean
  /** The path of `results.json` as people should see it. */
  readonly resultsFile: string
  /** The path of `index.html`. */
  readonly pageFile: string
  /** What searches went through, drawn where the terminal shows bars; nothing where absent. */
  readonly traces?: RunDetails['traces']
  /** What is said of assertions and the baseline; nothing where absent. */
  readonly verdict?: Verdict
}

const NARROWEST = 40

/** A run's results for a terminal: what was run, the table, failures, what was computed. Ends in a line break. */
export function terminalTable(
  results: Results,
  summary: RunSummary,
  { columns: asked, colour, resultsFile, pageFile, traces, verdict }: TerminalOptions,
): string {
  const paint = painter(colour)
  const columns = Math.max(NARROWEST, asked)
  const table = resultsTable(results, { columns, paint })
  return [
    ...runHeader(results, { columns, paint }),
    '',
    ...table.lines,
    '',
    ...notes(results, table, { columns, paint, colour }),
    '',
    ...costs(results, { columns, paint }),
    ...spaced(filtersTable(results, { columns, paint })),
    ...(traces === undefined ? [] : spaced(traceCharts(results, { traces }, { columns, paint }))),
    ...(verdict === undefined ? [] : verdictLines(verdict, { columns, paint })),
    ...runFooter(results, summary, { columns, paint, resultsFile, pageFile }),
    '',
  ].join('\n')
}

function spaced(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...lines, '']
}

/** The table of costs and how to read it. */
function costs(results: Results, { columns, paint }: { columns: number; paint: Paint }): readonly string[] {
  const table = costTable(results, { columns, paint })
  if (table.length === 0) return []
  const timed = results.groups.some(({ latency }) => latency.full !== null)
  const texts = [
    'params: trained parameters. MACs: multiply-adds of one image in convolutions and dense layers.',
    ...(timed ? [timing(results)] : []),
  ]
  return [...table, '', ...wrap(texts.join(' '), columns).map((line) => paint.dim(line)), '']
}

/** What the times are of. */
function timing({ cells, groups }: Results): string {
  const batch = cells.find(({ latency }) => latency !== null)?.latency?.batch ?? 1
  const full = fullTimes(cells)
  const deleted = groups.some(({ latency }) => latency.deleted !== null)
  return [
    `Times: one inference of ${counted(batch, 'image')}, the median of many with nothing running beside it.`,
    ...(full === null
      ? []
      : [
          `Full network: ${full.medianMs.toPrecision(3)} ms (quartiles ${full.p25Ms.toPrecision(3)} to ${full.p75Ms.toPrecision(3)}, of ${counted(full.measurements, 'measurement')}).`,
        ]),
    deleted
      ? 'masked: in full size, with zeros; deleted: without the filters; faster: than the full network timed in turns with it, with the 95 % interval of every seed in it.'
      : 'Masks of single weights leave the program as it is: nothing is faster, and nothing else was timed.',
  ].join(' ')
}

/** How to read the table, and what is not in it. */
function notes(
  results: Results,
  { shown, absent, narrow }: ResultsTable,
  { columns, paint, colour }: { columns: number; paint: Paint; colour: boolean },
): string[] {
  const groups = results.groups.filter(({ statuses }) => statuses.ok > 0)
  const spread = groups.some(({ last, rewind }) => (last ?? rewind)?.sd != null)
  const names = new Set(shown.map(({ name }) => name))
  const texts = [
    spread ? 'Mean ± sample standard deviation over seeds.' : '',
    names.has('held-out accuracy')
      ? 'Test accuracy, but for the search set and held-out images.'
      : 'Test accuracy, but for the search set.',
    names.has('validation-selected accuracy')
      ? 'val.-selected: after the epoch of best validation accuracy.'
      : '',
    colour ? `Bold: best mean ${merits[results.identity.merit]} at that sparsity.` : '',
    results.groups.some(({ k }) => k > 0)
      ? `k: ${results.identity.kUnit} of training before the mask is chosen.`
      : '',
  ].filter((text) => text !== '')
  const lines = [texts.join(' ')]
  if (names.has('effective sparsity'))
    lines.push('effective sparsity: what lies on no path from input to output counts as pruned, too.')
  if (names.has('best on test')) {
    lines.push(
      '* best on test: the best epoch chosen on the test set itself, so too high; as older papers report it.',
    )
  }
  if (names.has('orthogonality score')) {
    lines.push(
      'OS: orthogonality score as the thesis defines it, of the masked initial weights, mean over seeds; lower is closer to orthonormal.',
    )
  }
  const reasons = [...new Set(absent.map(({ why }) => why))].map((why) => {
    const lacking = absent.filter((column) => column.why === why).map(({ name }) => name)
    return `No ${together(lacking)}: ${why}.`
  })
  if (reasons.length > 0) lines.push(reasons.join(' '))
  if (narrow.length > 0) {
    const left = shortened(
      narrow.map(({ name }) => name),
      narrow.length,
    )
    lines.push(
      `Left out at ${columns} columns: ${left} (a wider terminal shows more; everything is in the results file).`,
    )
  }
  return lines.flatMap((text) => wrap(text, columns)).map((line) => paint.dim(line))
}
