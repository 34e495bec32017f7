import type * as FileSystem from 'node:fs'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'
import { outputTo } from './output.ts'
import { runCli } from './run-cli.ts'

/** Artifacts whose headers this process reads, and those that it reads wholly, once for each time. */
const { headers, wholes } = vi.hoisted(() => ({ headers: [] as string[], wholes: [] as string[] }))
vi.mock('node:fs', async (original) => {
  const real = await original<typeof FileSystem>()
  const opened = new Map<unknown, string>()
  const openSync: typeof real.openSync = (file, ...rest) => {
    const descriptor = real.openSync(file, ...rest)
    opened.set(descriptor, String(file))
    return descriptor
  }
  const noting = (list: string[], descriptor: unknown) => {
    const file = opened.get(descriptor)
    if (file?.includes('objects') === true) list.push(file)
  }
  const readSync = ((descriptor: number, ...rest: [Buffer, number, number, number]) => {
    // From the header's length on.
    if (rest.at(-1) === 0 && rest[2] === 8) noting(headers, descriptor)
    return real.readSync(descriptor, ...rest)
  }) as typeof real.readSync
  const readFileSync = ((file: number, ...rest: []) => {
    noting(wholes, file)
    return real.readFileSync(file, ...rest)
  }) as typeof real.readFileSync
  const mocked = { openSync, readSync, readFileSync }
  return { ...real, ...mocked, default: { ...real, ...mocked } }
})

let project: Project
beforeAll(async () => {
  project = makeProject()
  project.write('suites/tiny.suite.ts', tinySuite())
  expect((await project.run('suites/tiny.suite.ts', '-t', 's=50%')).code).toBe(0)
}, 120_000)
afterAll(() => project.remove())
beforeEach(() => (headers.length = wholes.length = 0))

async function command(...args: string[]): Promise<{ code: number; printed: string }> {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream
  const output = outputTo(stream)
  const { folder } = project
  const env = { PRUNE_BENCH_CACHE: join(folder, 'cache') }
  const code = await runCli(args, { cwd: folder, root: folder, env, stdout: output, stderr: output })
  return { code, printed: String(stream.read() ?? '') }
}

test('a stored rerun reads the header of each artifact that it shows once, and the tensors of few', async () => {
  const { code, printed } = await command('suites/tiny.suite.ts', '-t', 's=50%')
  expect(code, printed).toBe(0)
  expect(headers.length).toBeGreaterThan(10)
  expect(new Set(headers).size).toBe(headers.length)
  expect(new Set(wholes).size).toBe(wholes.length)
  expect(wholes.length).toBeLessThan(headers.length / 2)
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
  expect(new Set([...headers, ...wholes]).size).toBe(units)
  const missing = await command('why', 'tiny', 'snip s=90% k=0 seed=1')
  expect(missing.printed).toMatch(/sparsity is 0.9; the nearest stored unit has 0.5/)
})
