import { DOMParser } from '@xmldom/xmldom'
import { describe, expect, test } from 'vitest'
import type { CellRecord } from '../results/index.ts'
import { csvOf } from './data-table.ts'
import { figureFile } from './figures/figure-files.ts'
import { reportFiles, type Report } from './report-files.ts'
import { sampleReport, smallMatrix } from './sample-report.ts'

/** Labels and messages that mean something to XML, HTML, Markdown, spreadsheets, terminals or runners. */
const labels = ['a & b', 'p<0.5', `"quoted" 'twice'`, '=1+1']
const message =
  '\u001b]0;title\u0007\u001b[31m::error::red\u0000\r\n::error file=x::<script>alert(1)</script> \ud800\u202e'

const sample = sampleReport({ ...smallMatrix, criteria: labels, searches: labels.slice(0, 2) })
const [first, ...others] = sample.results.cells as [CellRecord, ...CellRecord[]]
const failed: CellRecord = {
  ...first,
  status: 'failed',
  failure: { kind: 'error', message, stack: message },
  failedUnit: { key: first.units.init as never, label: 'train unpruned' },
}
const report: Report = {
  ...sample,
  results: {
    ...sample.results,
    identity: { ...sample.results.identity, summary: `- <b>${message}` },
    cells: [failed, ...others],
  },
}
const files = await reportFiles(report)
const textOf = (name: string) => String(files.get(name))

const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\ufffe\uffff\p{Surrogate}]/u

function parsed(text: string) {
  return new DOMParser({
    onError: (level, problem) => {
      throw new Error(`${level}: ${problem}`)
    },
  }).parseFromString(text, 'text/xml')
}

describe('whatever labels and messages are', () => {
  test.each([...files.keys()].filter((name) => /\.(svg|xml)$/.test(name)))('%s is well-formed', (name) => {
    expect(parsed(textOf(name)).documentElement).not.toBeNull()
    expect(textOf(name)).not.toMatch(control)
  })

  test('figures show them as they are', () => {
    const svg = parsed(textOf('figures/accuracy.svg'))
    const shown = Array.from(svg.getElementsByTagName('text'), (one) => one.textContent)
    for (const label of labels) expect(shown.join('\n')).toContain(label)
  })

  test('every picture has a file of its own', () => {
    const variants = ['first', 'a&b', 'a<b', 'a b'].map((option) => ({ picked: [option], svg: '' }))
    const paths = variants.map((_, i) => figureFile('traces', variants, i))
    expect(new Set(paths).size).toBe(paths.length)
  })

  test.each(['index.html', 'report.md', 'results.csv', 'similarity.csv'])(
    '%s holds no control characters',
    (name) => {
      expect(textOf(name)).not.toMatch(control)
    },
  )

  test('neither page nor Markdown takes them for markup', () => {
    expect(textOf('index.html')).not.toContain('<script>alert')
    expect(textOf('index.html')).toContain('p&lt;0.5')
    const markdown = textOf('report.md')
    expect(markdown).toContain('a \\& b')
    expect(markdown).toContain('p\\<0.5')
    expect(markdown).not.toMatch(/(^|[^\\])<(b|script)>/m)
    // The summary is no item of a list.
    expect(markdown).toMatch(/^\\- \\<b\\>/m)
  })
})

test('a spreadsheet runs no cell, and numbers stay numbers', () => {
  const text = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', 'a=1', '–', "it's"]
  const csv = csvOf({ columns: ['a', 'b'], rows: text.map((one) => [one, -0.5]) })
  const rows = csv.split('\n').slice(1)
  expect(rows).toEqual([
    ...[
      "'=1+1,-0.5",
      "'+1,-0.5",
      "'-1,-0.5",
      "'@SUM(A1),-0.5",
      `"'\t=1",-0.5`,
      `"'`,
      '=1",-0.5',
      "' =1,-0.5",
    ],
    ...["'＝1,-0.5", 'a=1,-0.5', '–,-0.5', "it's,-0.5", ''],
  ])
})
