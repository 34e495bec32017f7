import { expect, test } from 'vitest'
import { parseResults } from '../results/index.ts'
import { reportFiles } from './report-files.ts'
import { reportMarkdown } from './report-markdown.ts'
import { sampleReport, smallMatrix } from './sample-report.ts'

const report = sampleReport(smallMatrix)

test('the files of a report', async () => {
  const files = await reportFiles(report)
  const outside = [...files.keys()].filter((path) => !path.startsWith('figures/'))
  expect(outside).toEqual(expect.arrayContaining(['results.json', 'index.html', 'report.md']))
  expect(parseResults(String(files.get('results.json')))).toEqual(report.results)
})

test('the page is one file: it asks for nothing', async () => {
  const page = String((await reportFiles(report)).get('index.html'))
  const asked = [...page.matchAll(/(?:src|href)="([^"#][^"]*)"|url\(([^)]*)\)|@import/g)].map(
    ([all, link]) => link ?? all,
  )
  // Links to follow, not to load.
  expect(asked.filter((link) => !/^(figures\/[\w.-]+\.(svg|csv)|data:,)$/.test(link))).toEqual([])
})

test('names cannot break out of the page', async () => {
  const evil = '</script><script>alert(1)</script>'
  const { identity } = report.results
  const broken = { ...report, results: { ...report.results, identity: { ...identity, summary: evil } } }
  const page = String((await reportFiles(broken)).get('index.html'))
  expect(page).not.toContain(evil)
  expect(page).toContain('&lt;/script&gt;')
})

test('report.md looks as it did', async () => {
  await expect(reportMarkdown(report)).toMatchFileSnapshot('__snapshots__/report.md')
})

test('report.md stays below what GitHub takes, and says what it leaves out', () => {
  const sparsities = Array.from({ length: 40 }, (_, i) => (i + 50) / 100)
  const criteria = Array.from({ length: 30 }, (_, i) => `criterion-${i}`)
  const text = reportMarkdown(sampleReport({ ...smallMatrix, criteria, sparsities, seeds: [1] }))
  expect(text.length).toBeLessThan(65_536)
  expect(text).toMatch(/\d+ more groups in `index\.html`/)
})

test('report.md takes names as they are', () => {
  const { identity } = report.results
  const results = { ...report.results, identity: { ...identity, summary: 'a | b <b> *c*\nd' } }
  expect(reportMarkdown({ ...report, results })).toContain('a \\| b \\<b\\> \\*c\\* d')
})
