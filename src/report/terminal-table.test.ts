import { expect, test } from 'vitest'
import type { CellRecord, Results, RunSummary } from '../results/index.ts'
import { sampleResults, thesisRows } from './sample-results.ts'
import { terminalTable } from './terminal-table.ts'
import { textWidth } from './text-width.ts'

const computed: RunSummary = { computed: 130, cached: 20, failed: 0, blocked: 0, cancelled: 0, seconds: 312 }
const resultsFile = 'reports/mlp/results.json'
const pageFile = 'reports/mlp/index.html'
const escape = '\u001b['

function show(results: Results, summary = computed, options: { columns?: number; colour?: boolean } = {}) {
  return terminalTable(results, summary, { columns: 80, colour: false, resultsFile, pageFile, ...options })
}

/** Two of snip's seeds and all of random's collapse at 90 %, a crash takes magnitude-trained's seed 2, seed 3 of mag-sign is missing. */
function troubled(cell: CellRecord): CellRecord {
  const { criterion, sparsity, seed } = cell.point
  if (criterion === 'snip' && sparsity === 0.9 && seed > 1) {
    return { ...cell, status: 'collapsed', emptyLayers: ['fc2/weight', 'fc3/weight'] }
  }
  if (criterion === 'random' && sparsity === 0.9) {
    return { ...cell, status: 'collapsed', emptyLayers: ['fc3/weight'] }
  }
  if (criterion === 'mag-sign' && seed === 3) return { ...cell, status: 'cancelled' }
  if (criterion !== 'magnitude-trained' || seed !== 2) return cell
  return {
    ...cell,
    status: 'failed',
    failedUnit: { key: cell.units.init as never, label: 'pretrain decons-net, 50 epochs, seed 2' },
    failure: {
      kind: 'crash',
      message: 'the worker process ended while it computed',
      signal: 'SIGSEGV',
      stderr: ['loading decons-net', 'free(): invalid pointer', 'Aborted'],
      hint: 'Run again: what is stored is kept.',
    },
  }
}

function onGlyphs(results: Results): Results {
  const { identity } = results
  const passedOver = [{ name: 'mnist', why: 'PRUNE_BENCH_DATA is not set, and no mirror could be reached' }]
  const data = { ...identity.data, name: 'glyphs', origin: 'generated from seed 0', passedOver }
  return { ...results, identity: { ...identity, data } }
}

test('80 columns', async () => {
  await expect(show(sampleResults())).toMatchFileSnapshot('__snapshots__/table-80.txt')
})

test('140 columns', async () => {
  await expect(show(sampleResults(), computed, { columns: 140 })).toMatchFileSnapshot(
    '__snapshots__/table-140.txt',
  )
})

const troubledSummary = { ...computed, failed: 1, blocked: 9, cancelled: 3 }

test('collapsed, failed and missing cells, and a data set that was passed over', async () => {
  const text = show(onGlyphs(sampleResults(thesisRows, [1, 2, 3], troubled)), troubledSummary)
  await expect(text).toMatchFileSnapshot('__snapshots__/table-troubled-80.txt')
  expect(text).toContain('collapsed: fc2, fc3 (2 of 3 seeds)')
  expect(text).toContain('failed (1 of 3 seeds)')
  expect(text).toContain('not run (1 of 3 seeds)')
  expect(text).toContain('signal SIGSEGV')
  expect(text).toContain('free(): invalid pointer')
  expect(text).toMatch(/3 cells failed: magnitude-trained/)
})

test('what is not as the figures look: ties, empty layers, effective sparsity, figures that are missing', () => {
  const results = sampleResults(thesisRows, [1, 2, 3], (cell) => {
    const { criterion, sparsity, seed } = cell.point
    if (sparsity !== 0.9) return cell
    if (criterion === 'snip') return { ...cell, ties: { kept: 13_310, pruned: 200_000 } }
    if (criterion === 'random') return { ...cell, emptyLayers: ['conv3/weight'] }
    if (criterion === 'mag-sign') return { ...cell, effective: { kept: 13_310, total: 266_200 } }
    if (criterion !== 'magnitude-trained' || seed !== 2) return cell
    const unit = { key: cell.units.init as never, label: 'Jacobian of magnitude-trained' }
    return {
      ...cell,
      missingFigures: [{ role: 'jacobian', unit, failure: { kind: 'error', message: 'out of memory' } }],
    }
  })
  const text = show(results, computed, { columns: 140 })
  expect(text).toContain('equal scores: their order chose 50 % of the mask')
  expect(text).toContain('keeps nothing of conv3, which shortcuts lead past')
  expect(text).toMatch(/mag-sign .*90\.00 +95\.00|mag-sign .* 95\.00/)
  expect(text).toMatch(/1 cell lacks singular values of the Jacobian: magnitude-trained/)
  expect(text).toContain('Jacobian of magnitude-trained: out of memory')
  expect(show(sampleResults(), computed, { columns: 140 })).not.toMatch(/equal scores|effective|lack/)
})

test('the same in colour', async () => {
  const results = onGlyphs(sampleResults(thesisRows, [1, 2, 3], troubled))
  const text = show(results, troubledSummary, { columns: 140, colour: true })
  await expect(text.replaceAll('\u001b', '␛')).toMatchFileSnapshot(
    '__snapshots__/table-troubled-140-colour.txt',
  )
})

test('one seed has no spread; a cached run says that nothing was recomputed; k has its own rows', async () => {
  const rows = thesisRows
    .filter(({ criterion }) => ['unpruned', 'snip', 'random'].includes(criterion))
    .flatMap((row) => (row.control ? [row] : [row, { ...row, k: 75 }]))
  const cached = { ...computed, computed: 0, cached: 55, seconds: 0.8 }
  const text = show(sampleResults(rows, [7]), cached, { columns: 100 })
  await expect(text).toMatchFileSnapshot('__snapshots__/table-one-seed-100.txt')
  expect(text).not.toContain('±')
  expect(text).toContain('nothing was recomputed: all 55 units came from the store')
  expect(text).toContain('snip k=75')
})

test('without colour there is not one escape sequence, with colour the best value is bold', () => {
  const results = sampleResults()
  expect(show(results)).not.toContain(escape)
  const coloured = show(results, computed, { colour: true })
  const bold = coloured.split(`${escape}1m`).length - 1
  // Suite and profile; the figure of merit at each sparsity.
  expect(bold).toBe(2 + 3)
  const plain = coloured.replace(/\u001b\[\d+m/g, '').replace(/\s+/g, ' ')
  const legend = ' Bold: best mean test accuracy after the last epoch at that sparsity.'
  expect(plain.replace(legend, '')).toBe(show(results).replace(/\s+/g, ' '))
  const { identity } = results
  const byRewind = { ...results, identity: { ...identity, merit: 'rewind' as const } }
  const best = Math.max(
    ...results.groups.filter(({ sparsity }) => sparsity === 0.9).map(({ rewind }) => rewind?.mean ?? 0),
  )
  expect(show(byRewind, computed, { colour: true })).toContain(`${escape}1m${best.toFixed(1)} ±`)
})

test.each([40, 60, 80, 100, 140, 200])('nothing is wider than %i columns', (columns) => {
  const results = onGlyphs(sampleResults(thesisRows, [1, 2, 3], troubled))
  for (const line of show(results, troubledSummary, { columns }).split('\n')) {
    expect(textWidth(line), line).toBeLessThanOrEqual(columns)
  }
})

test('columns that were left out are named', () => {
  expect(show(sampleResults())).toContain('Left out at 80 columns: best on test')
  expect(show(sampleResults(), computed, { columns: 140 })).not.toContain('Left out')
})

test('orthogonality is shown where the terminal is wide, with four digits', () => {
  const text = show(sampleResults(), computed, { columns: 110 })
  expect(text).toMatch(/^unpruned .* 0\.01370 [^]*^ {2}snip .* 0\.01250 [^]*^ {2}snip .* 0\.01216 /m)
  expect(text).toContain('OS: orthogonality score')
  expect(text).not.toContain('Left out')
  const narrower = show(sampleResults(), computed, { columns: 109 })
  expect(narrower).not.toContain('OS')
  expect(narrower).toContain('Left out at 109 columns: orthogonality score')
})

test('that only some cells of the suite are shown is said first', () => {
  const rows = thesisRows.filter(({ criterion, sparsity }) => criterion === 'snip' && sparsity === 0.9)
  const results = sampleResults(rows)
  const filtered = { ...results, identity: { ...results.identity, filter: 'snip 90%' } }
  const text = show(filtered, computed, { colour: true })
  expect(text).toContain(`${escape}33m! Only 3 of 48 cells: those matching "snip 90%".${escape}39m`)
  expect(text.indexOf('Only 3 of')).toBeLessThan(text.indexOf('decons-net'))
  expect(show(results)).not.toContain('matching')
})

const report: RunSummary = {
  ...computed,
  command: 'report',
  computed: 0,
  cached: 20,
  cancelled: 12,
  seconds: 0.1,
}
const nothing = (cell: CellRecord): CellRecord => ({
  ...cell,
  status: 'cancelled',
  sparsity: { ...cell.sparsity, achieved: null, kept: null, total: null },
  evaluatedMasks: 0,
})

test('a report of a store that holds nothing', async () => {
  const text = show(sampleResults(thesisRows, [1, 2], nothing), { ...report, cached: 0, cancelled: 150 })
  await expect(text).toMatchFileSnapshot('__snapshots__/table-empty-80.txt')
  expect(text).toContain('nothing is in the store, 150 units not computed yet: run the suite to go on')
})

test('a report of a store that holds some tells what is not computed yet, a stopped run that it was stopped', () => {
  const results = sampleResults(thesisRows, [1, 2, 3], troubled)
  const text = show(results, report)
  expect(text).toContain('! Not complete: 3 of 48 cells have not been run to the end.\n')
  expect(text).toContain('20 units from the store, 12 units not computed yet: run the suite to go on\n')
  expect(text).not.toContain('stopped')
  const failed = show(results, { ...report, failed: 1, blocked: 9 }, { columns: 120 })
  expect(failed).toContain(
    '20 units from the store, 1 failed, 9 not run because of them, 12 units not computed yet: run the suite to go on\n',
  )
  const stopped = show(results, { ...report, command: 'run' }).replace(/\s+/g, ' ')
  expect(stopped).toContain('3 of 48 cells were not run. Run again to go on from here.')
  expect(stopped).toContain(
    '0 units computed, 20 from the store, 12 not run: stopped before the end, in 0.1 s',
  )
  const whole = show(sampleResults(), { ...report, cancelled: 0 })
  expect(whole).toContain('nothing was recomputed: all 20 units came from the store, in 0.1 s')
})

test('achieved sparsity has a column of its own where criteria differ in it', () => {
  const missed = sampleResults(thesisRows, [1, 2, 3], (cell) =>
    cell.point.criterion === 'snip'
      ? { ...cell, sparsity: { ...cell.sparsity, achieved: cell.point.sparsity - 0.01 } }
      : cell,
  )
  const text = show(missed, computed, { columns: 120 })
  expect(text).toMatch(/achieved/)
  expect(text).toMatch(/^ {2}snip .* 89\.00 /m)
  expect(text).toMatch(/^ {2}random .* 90\.00 /m)
})
