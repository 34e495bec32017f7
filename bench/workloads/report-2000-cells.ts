import { reportFiles } from '../../src/report/index.ts'
import { largeMatrix, sampleReport } from '../../src/report/sample-report.ts'
import { inNode } from '../runtimes.ts'
import { timeCalls } from '../time-calls.ts'
import type { Workload } from '../workload.ts'

const CELLS = 2005
/** Bytes that the page may have. */
const MOST_BYTES = 5e6

/** The files of a large report. */
export const report2000Cells: Workload = {
  name: 'report-2000-cells',
  summary: 'all files of a report on 10 criteria × 8 sparsities × 5 values of k × 5 seeds, in process',
  unit: 's',
  better: 'lower',
  runs: 3,
  atMost: 5,
  open: async () => {
    const report = sampleReport(largeMatrix)
    const { length } = report.results.cells
    if (length !== CELLS) throw new Error(`the report is on ${length} cells, not ${CELLS}`)
    const page = (await reportFiles(report)).get('index.html')
    const bytes = Buffer.byteLength(page ?? '')
    if (bytes === 0 || bytes > MOST_BYTES)
      throw new Error(`index.html has ${bytes} bytes; at most ${MOST_BYTES} are allowed`)
    return [inNode('', async () => ({ value: (await timeCalls(() => reportFiles(report), 1)) / 1000 }))]
  },
}
