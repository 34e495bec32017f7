import type { ComparedGroup, Results, ResultsComparison, Statistic } from '../results/index.ts'
import { meritNames, merits, type Merit } from '../values/merit.ts'
import { paint as painter, type Paint } from './paint.ts'
import { bySparsity, sectionTable, type FigureColumn } from './section-table.ts'
import { wrap } from './text-width.ts'
import { counted, meanAndSpread, shortened } from './words.ts'

/** Results and what people call them. */
export interface NamedResults {
  readonly name: string
  readonly results: Results
}

/** Two results side by side for a terminal: what they were made with, the table, cells that one has alone. */
export function compareTable(
  a: NamedResults,
  b: NamedResults,
  comparison: ResultsComparison,
  { columns, colour }: { columns: number; colour: boolean },
): string {
  const paint = painter(colour)
  const lines = (text: string) => wrap(text, columns)
  const metric = judged(comparison.groups, [a.results.identity.merit, b.results.identity.merit])
  return [
    ...lines(`A: ${a.name}`),
    ...lines(`B: ${b.name}`),
    '',
    ...identityLines(comparison.identity, columns, paint),
    '',
    ...(metric === undefined
      ? ['Neither has an accuracy of a cell that is done.']
      : table(comparison.groups, metric, { columns, paint })),
    '',
    ...lines(sharedText(comparison)),
    ...only('A', comparison.onlyA).flatMap(lines),
    ...only('B', comparison.onlyB).flatMap(lines),
    '',
  ].join('\n')
}

/** The figure of merit of A, else B's, else another that both have. */
function judged(groups: readonly ComparedGroup[], merit: readonly Merit[]): Merit | undefined {
  const names = [...merit, ...meritNames]
  const having = (side: (name: Merit, group: ComparedGroup) => boolean) =>
    names.find((name) => groups.some((group) => side(name, group)))
  return (
    having((name, { accuracies }) => accuracies[name]?.difference != null) ??
    having((name, { accuracies }) => accuracies[name] !== undefined)
  )
}

function table(
  groups: readonly ComparedGroup[],
  metric: Merit,
  { columns, paint }: { columns: number; paint: Paint },
): string[] {
  const shown = bySparsity(groups.filter(({ accuracies }) => accuracies[metric] !== undefined))
  const ks = new Set(shown.filter(({ control }) => !control).map(({ k }) => k))
  const figures: readonly FigureColumn<ComparedGroup>[] = [
    { heading: ['', 'A'], text: ({ accuracies }) => meanAndSpread(accuracies[metric]?.a ?? null, 2) },
    { heading: ['', 'B'], text: ({ accuracies }) => meanAndSpread(accuracies[metric]?.b ?? null, 2) },
    {
      heading: ['', 'B − A'],
      text: ({ accuracies }) => points(accuracies[metric]?.difference ?? null, paint),
    },
    {
      heading: ['95 %', 'interval'],
      text: ({ accuracies }) => interval(accuracies[metric]?.difference ?? null),
    },
    {
      heading: ['seeds', 'paired'],
      text: ({ accuracies }) => String(accuracies[metric]?.difference?.n ?? 0),
    },
  ]
  const { lines } = sectionTable(shown, figures, {
    title: 'accuracy in %',
    name: ({ criterion, k, control }) => (ks.size > 1 && !control ? `${criterion} k=${k}` : criterion),
    columns,
    paint,
  })
  const notes = [
    `${merits[metric]}: mean ± sample standard deviation over seeds.`,
    'B − A: points, over seeds that both have; its 95 % confidence interval is Student’s t.',
  ]
  return [...lines, '', ...wrap(notes.join(' '), columns).map((line) => paint.dim(line))]
}

function points(difference: Statistic | null, paint: Paint): string {
  if (difference === null) return '–'
  const text = signed(difference.mean)
  const { ci95 } = difference
  // An interval that leaves 0 out.
  if (ci95 === null || (ci95[0] <= 0 && ci95[1] >= 0)) return text
  return difference.mean > 0 ? paint.green(text) : paint.red(text)
}

function interval(difference: Statistic | null): string {
  const ci95 = difference?.ci95
  return ci95 ? `${signed(ci95[0])} … ${signed(ci95[1])}` : '–'
}

function signed(x: number): string {
  const text = Math.abs(x).toFixed(2)
  if (Number(text) === 0) return text
  return `${x < 0 ? '−' : '+'}${text}`
}

function identityLines(
  identity: ResultsComparison['identity'],
  columns: number,
  paint: Paint,
): readonly string[] {
  if (identity.length === 0)
    return ['Both were made with the same suite, data, engine, versions and training.']
  const width = Math.max(...identity.map(({ path }) => path.length))
  const value = (x: unknown) => {
    const text = x === undefined ? '–' : typeof x === 'string' ? x : JSON.stringify(x)
    return /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 10) : text
  }
  return [
    'They differ in',
    ...identity.flatMap(({ path, before, after }) => {
      const [head, ...rest] = wrap(`${value(before)} → ${value(after)}`, Math.max(20, columns - width - 4))
      return [
        `  ${paint.cyan(path.padEnd(width))}  ${head ?? ''}`,
        ...rest.map((line) => ' '.repeat(width + 4) + line),
      ]
    }),
  ]
}

function sharedText({ shared, same }: ResultsComparison): string {
  if (shared === 0) return 'No cell is in both.'
  const all = same === shared ? 'all of them' : same === 0 ? 'none of them' : `${same} of them`
  return `${counted(shared, 'cell')} in both, ${all} with the same accuracies.`
}

function only(side: 'A' | 'B', ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? [] : [`Only in ${side}: ${shortened(ids, 6)}`]
}
