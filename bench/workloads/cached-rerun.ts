import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from '../../src/cli/environment.ts'
import { listRuns, readJournal } from '../../src/store/index.ts'
import { runProcess } from '../run-process.ts'
import { inNode } from '../runtimes.ts'
import type { BenchContext, Contender, Workload } from '../workload.ts'

const CELLS = 100

/** A suite of which everything is stored: what is left is starting, planning, reading and reporting. */
export const cachedRerun: Workload = {
  name: 'cached-rerun',
  summary: `a suite of ${CELLS} cells run again with everything stored, a new process each time`,
  unit: 's',
  better: 'lower',
  runs: 7,
  atMost: 1.5,
  open: async (context) => [await cachedSuite(context)],
}

async function cachedSuite({ root, env }: BenchContext): Promise<Contender> {
  const project = mkdtempSync(join(tmpdir(), 'prune-bench-cached-'))
  const close = () => {
    rmSync(project, { recursive: true, force: true })
    return Promise.resolve()
  }
  try {
    mkdirSync(join(project, 'suites'))
    writeFileSync(join(project, 'suites/cached.suite.ts'), SUITE)
    const run = () =>
      runProcess(['suites/cached.suite.ts'], {
        root,
        cwd: project,
        env: { ...env, PRUNE_BENCH_CACHE: cacheFolder(env) },
      })
    await run()
    return {
      ...inNode('', async () => {
        const { seconds } = await run()
        checkCached(join(project, '.prune-bench'))
        return { value: seconds }
      }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Throws where the last run computed anything, or did not look at the whole suite. */
function checkCached(store: string): void {
  const last = listRuns(store).toSorted().at(-1)
  if (last === undefined) throw new Error('the run left no journal')
  const { entries } = readJournal<{ type: string; cells?: readonly unknown[] }>(store, last)
  const cells = entries.find(({ event }) => event.type === 'run')?.event.cells?.length
  if (cells !== CELLS) throw new Error(`the run had ${cells ?? 'no'} cells, not ${CELLS}`)
  const computed = entries.filter(({ event }) => event.type === 'unit-started').length
  if (computed > 0) throw new Error(`the rerun computed ${computed} units; it should compute none`)
}

const SUITE = `import { adadelta, constant, defineSuite } from 'prune-bench'

export default defineSuite({
  summary: 'Many small cells.',
  model: 'simplest-net',
  data: [{ name: 'glyphs', size: { train: 200, test: 100 } }],
  criteria: ['random'],
  sparsities: [0.5, 0.6, 0.7, 0.8, 0.9],
  seeds: [${Array.from({ length: 20 }, (_, i) => i + 1).join(', ')}],
  training: {
    optimizer: adadelta(), schedule: constant(), batchSize: 64, epochs: 1, validation: 0, testEveryEpoch: false,
  },
  searchSet: 100,
  control: false,
})
`
