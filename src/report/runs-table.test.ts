import { expect, test } from 'vitest'
import { runsTable, type RecordedRun } from './runs-table.ts'
import { textWidth } from './text-width.ts'

const run: RecordedRun = {
  id: '2026-11-27T13-20-05-123Z-4711',
  began: '2026-11-27T13:20:05.123Z',
  suite: 'mlp',
  profile: 'quick',
  filter: null,
  cells: 33,
  computed: 1140,
  failed: 0,
  end: 'done',
  seconds: 136,
}

const runs: readonly RecordedRun[] = [
  run,
  { ...run, id: '2026-11-27T12-00-00-000Z-42', filter: 'snip 90%', cells: 3, failed: 2, end: 'stopped' },
  { ...run, id: '2026-11-26T09-00-00-000Z-7', suite: 'a-long-name', seconds: null, end: 'cut off' },
]

test('80 columns', async () => {
  const text = runsTable(runs, { columns: 80, colour: false })
  for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(80)
  await expect(text).toMatchFileSnapshot('__snapshots__/runs-80.txt')
})
