import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { packageRoot } from './project.ts'

/** How a command line ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly ended: Promise<Ended>
  kill(signal: NodeJS.Signals): void
  /** Resolves when standard error has held the text. */
  seen(text: string | RegExp): Promise<void>
}

/** A project folder of its own, with the built program to run in it. */
export interface Project {
  readonly folder: string
  write(file: string, content: string | Uint8Array): void
  start(...args: string[]): Running
  run(...args: string[]): Promise<Ended>
  remove(): void
}

/** The data cache is shared by all projects of a test file, as it is by the projects of a user. */
const cache = mkdtempSync(join(tmpdir(), 'prune-bench-cache-'))

/** In a new folder, or in one that is there. */
export function makeProject(env: Readonly<Record<string, string>> = {}, inside?: string): Project {
  const folder = inside ?? mkdtempSync(join(tmpdir(), 'prune-bench-project-'))
  const start = (...args: string[]): Running => {
    const child = spawn(process.execPath, [join(packageRoot, 'dist', 'cli.js'), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, PRUNE_BENCH_CACHE: cache, ...env },
    })
    let [stdout, stderr] = ['', '']
    const listeners = new Set<() => void>()
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
      for (const listen of listeners) listen()
    })
    const ended = new Promise<Ended>((resolve) =>
      child.on('close', (code) => resolve({ code, stdout, stderr })),
    )
    return {
      ended,
      kill: (signal) => void child.kill(signal),
      seen: (text) =>
        new Promise((resolve, reject) => {
          const look = () => {
            if (typeof text === 'string' ? stderr.includes(text) : text.test(stderr)) resolve()
          }
          listeners.add(look)
          look()
          void ended.then(() => reject(new Error(`never seen: ${String(text)} in ${stderr}`)))
        }),
    }
  }
  return {
    folder,
    start,
    run: (...args) => start(...args).ended,
    write: (file, content) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), content)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A suite that takes a second: one layer, few images, one epoch. `more` replaces or adds properties. */
export function tinySuite(more = ''): string {
  return `import { adadelta, constant, defineSuite } from 'prune-bench'

export default defineSuite({
  summary: 'Tiny.',
  model: 'simplest-net',
  data: [{ name: 'glyphs', size: { train: 300, test: 100 } }],
  criteria: ['random', 'snip'],
  sparsities: [0.5, 0.9],
  seeds: [1, 2],
  training: {
    optimizer: adadelta(),
    schedule: constant(),
    batchSize: 50,
    epochs: 1,
    validation: 50,
    testEveryEpoch: false,
  },
  scoringBatch: 50,
  searchSet: 100,
  ${more}
})
`
}

/** The source of a data set that cannot be had, `datasets/gone.ts`. */
export const goneDataset = `import { defineDataset } from 'prune-bench'
export default defineDataset({
  summary: 'Lost.',
  description: { name: 'gone', shape: [28, 28, 1], classes: 10, mean: [0.2], std: [0.3], size: { train: 300, test: 100 } },
  locate: async () => ({ status: 'absent', why: 'the dog ate it' }),
  load: async () => { throw new Error('never') },
})
`
