import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { expect } from 'vitest'
import { openStore } from '../store/index.ts'
import { safetensorsMetadata } from '../values/safetensors.ts'
import { runPlan } from './index.ts'
import type { RunEvent, RunPlanOptions } from './index.ts'
import { fakePlan } from './plan.fixture.ts'
import type { FakeUnit } from './plan.fixture.ts'

let folder: string

/** A path in the test's folder, where the built worker is and looks for its signals. */
export const at = (name: string): string => join(folder, name)

/** Makes a folder for a test, with `worker.mjs` and `parent.mjs` in it. */
export async function makeFolder(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'run-plan-'))
  await build({
    entryPoints: {
      worker: join(import.meta.dirname, 'worker.fixture.ts'),
      parent: join(import.meta.dirname, 'parent.fixture.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  })
}

export function removeFolder(): void {
  rmSync(folder, { recursive: true })
}

/** How a run differs from one of all units with two workers in the folder's `store`. */
export type Overrides = Partial<RunPlanOptions> & { goal?: readonly string[]; root?: string }

/** Runs a plan of fake units, and tells how it went by their labels. */
export async function run(
  units: readonly FakeUnit[],
  { goal, root = at('store'), ...overrides }: Overrides = {},
) {
  const { plan, key } = fakePlan(units)
  const events: RunEvent[] = []
  const outcome = await runPlan({
    plan,
    goals: goal === undefined ? plan.units.keys() : goal.map(key),
    store: openStore(root),
    setup: {
      store: root,
      plugins: [],
      runtime: { runtime: 'cpu', device: 'cpu', threads: 1 },
      project: folder,
      data: { userFolder: null, cacheFolder: folder },
    },
    workerFile: at('worker.mjs'),
    workers: 2,
    ...overrides,
    onEvent(event) {
      events.push(event)
      overrides.onEvent?.(event)
    },
  })
  const of = (label: string) => outcome.units.get(key(label))
  const failureOf = (label: string) => {
    const unit = of(label)
    if (unit?.status !== 'failed') throw new Error(`${label} is ${unit?.status ?? 'unknown'}`)
    return unit.failure
  }
  const statuses = Object.fromEntries(units.map(({ label }) => [label, of(label)?.status]))
  return { outcome, events, statuses, failureOf, key, types: events.map(({ type }) => type) }
}

/** The numbers of processes that the workers noted, once there are so many. */
export async function pidsWritten(count: number): Promise<readonly number[]> {
  for (;;) {
    const pids = existsSync(at('pids')) ? readFileSync(at('pids'), 'utf8').trim().split('\n').map(Number) : []
    if (pids.length >= count) return pids
    await sleep(10)
  }
}

/** Resolves once none of the processes that wrote their number is running. */
export async function allDead(): Promise<true> {
  for (const pid of await pidsWritten(1)) while (isRunning(pid)) await sleep(20)
  return true
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const stat = `/proc/${pid}/stat`
  // a dead process that nobody has waited for yet
  return !(existsSync(stat) && / Z /.test(readFileSync(stat, 'utf8')))
}

/** Keys of all artifacts in a store, and digests of their content. */
export async function contents(root: string): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for await (const { key } of openStore(root).list()) {
    const file = join(root, 'objects', key.slice(0, 2), key)
    found.push([key, safetensorsMetadata(readFileSync(file)).content])
  }
  expect(readdirSync(join(root, 'tmp'))).toEqual([])
  return found
}
