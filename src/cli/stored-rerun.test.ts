import type * as FileSystem from 'node:fs'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'
import { outputTo } from './output.ts'
import { runCli } from './run-cli.ts'

/** Files of artifacts as they are read by this process. */
const read = vi.hoisted((): string[] => [])
vi.mock('node:fs', async (original) => {
  const real = await original<typeof FileSystem>()
  const readFileSync = ((file: string, ...rest: []) => {
    if (file.includes('objects')) read.push(file)
    return real.readFileSync(file, ...rest)
  }) as typeof real.readFileSync
  return { ...real, readFileSync, default: { ...real, readFileSync } }
})

let project: Project
beforeAll(async () => {
  project = makeProject()
  project.write('suites/tiny.suite.ts', tinySuite())
  expect((await project.run('suites/tiny.suite.ts', '-t', 's=50%')).code).toBe(0)
}, 120_000)
afterAll(() => project.remove())
beforeEach(() => (read.length = 0))

async function command(...args: string[]): Promise<{ code: number; printed: string }> {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream
  const output = outputTo(stream)
  const { folder } = project
  const env = { PRUNE_BENCH_CACHE: join(folder, 'cache') }
  const code = await runCli(args, { cwd: folder, root: folder, env, stdout: output, stderr: output })
  return { code, printed: String(stream.read() ?? '') }
}

test('a stored rerun reads each file of an artifact that it shows once', async () => {
  const { code, printed } = await command('suites/tiny.suite.ts', '-t', 's=50%')
  expect(code, printed).toBe(0)
  const facts = read.filter((file) => file.endsWith('facts.json'))
  expect(facts.length).toBeGreaterThan(10)
  expect(new Set(facts).size).toBe(facts.length)
})

test('stored reruns leave one journal, however many they are', async () => {
  const journals = () => readdirSync(join(project.folder, '.prune-bench', 'runs')).length
  await command('suites/tiny.suite.ts', '-t', 's=50%')
  const before = journals()
  for (let i = 0; i < 3; i++) await command('suites/tiny.suite.ts', '-t', 's=50%')
  expect(journals()).toBe(before)
})

test('why reads the units of its cell; those of others only where one is missing', async () => {
  const stored = await command('why', 'tiny', 'snip s=50% k=0 seed=1')
  expect(stored.code, stored.printed).toBe(0)
  expect(stored.printed).not.toContain('to compute')
  const units = stored.printed.match(/^stored/gm)?.length ?? 0
  expect(new Set(read.map((file) => join(file, '..'))).size).toBe(units)
  const missing = await command('why', 'tiny', 'snip s=90% k=0 seed=1')
  expect(missing.printed).toMatch(/sparsity is 0.9; the nearest stored unit has 0.5/)
})
