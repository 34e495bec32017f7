import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportFiles, type Report } from '../report/index.ts'
import { removePartials } from '../values/partial-files.ts'
import { serializeResults } from '../results/index.ts'
import { serializeVerdict } from '../verdict/index.ts'
import { fileBelow, removeBelow } from './file-below.ts'
import { writeReport } from './write-report.ts'

/** Where a report keeps files whose names depend on what was run. */
const FIGURES = 'figures'

/** Brings the files of a report's folder up to date; if it is not to be done `anew`, only where they say something else. */
export async function writeReportFiles(
  folder: string,
  report: Report,
  { anew }: { readonly anew: boolean },
): Promise<void> {
  removePartials(folder)
  if (!anew && isUpToDate(folder, report)) return
  const files = await reportFiles(report)
  for (const [path, content] of files) writeReport(fileBelow(folder, path), content)
  const figures = join(folder, FIGURES)
  // Those of an earlier report, which this one has not.
  for (const name of existsSync(figures) ? readdirSync(figures) : [])
    if (/\.(svg|csv)$/.test(name) && !files.has(`${FIGURES}/${name}`))
      removeBelow(folder, `${FIGURES}/${name}`)
}

/**
 * Whether these results and this verdict were written before: all files are made from them, and from artifacts whose keys
 * they hold, by the version that they name. `results.json` is written last.
 */
function isUpToDate(folder: string, { results, verdict }: Report): boolean {
  return (
    existsSync(join(folder, 'index.html')) &&
    holds(join(folder, 'results.json'), serializeResults(results)) &&
    holds(join(folder, 'verdict.json'), serializeVerdict(verdict))
  )
}

function holds(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'utf8') === text
  } catch {
    return false
  }
}
