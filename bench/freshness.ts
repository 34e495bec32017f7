import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Problem } from '../src/values/problem.ts'

/** What dist/ is built from. */
const SOURCES = ['src', 'bench', 'models', 'criteria', 'scripts']
const BUILT = ['dist/cli.js', 'dist/worker.js', 'dist/bench.js']

/** Throws a `Problem` where dist/ is missing or older than its sources: old code would be measured. */
export function checkFresh(root: string): void {
  const hint = 'run npm run build, then npm run bench again'
  const times = BUILT.map((file) => {
    const path = join(root, file)
    if (!existsSync(path)) throw new Problem('infrastructure', `${file} is missing`, { hint })
    return statSync(path).mtimeMs
  })
  const built = Math.min(...times)
  for (const file of SOURCES.flatMap((folder) => sourcesUnder(join(root, folder)))) {
    if (statSync(file).mtimeMs <= built) continue
    throw new Problem('infrastructure', `dist/ is stale: ${relative(root, file)} is newer`, { hint })
  }
}

function sourcesUnder(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.(ts|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}
