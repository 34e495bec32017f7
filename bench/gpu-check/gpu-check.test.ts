import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BenchDocument } from '../document.ts'
import { workloads } from '../registry.ts'
import { runCheck, type CheckEnvironment, type Ended } from './run-check.ts'
import { runLimited } from './run-limited.ts'

const well: Ended = { code: 0, signal: null, timedOut: false, stdout: 'fine', stderr: '', seconds: 1 }

function documentOf(name: string): BenchDocument {
  return {
    schema: 2,
    date: '2026-01-01T00:00:00Z',
    versions: { 'prune-bench': '1', node: '20', commit: 'abc' },
    scale: 'gpu',
    machine: {
      cpu: 'c',
      cores: 1,
      memoryGiB: 1,
      platform: 'p',
      gpu: 'Some GPU',
      load: { before: 0, after: 0 },
    },
    data: [`data of ${name}`],
    peers: { measured: false, why: 'no python' },
    workloads: [
      {
        name,
        summary: '',
        unit: 'ms',
        better: 'lower',
        contenders: [],
        failed: [],
        best: { ours: 0, peer: null },
        limit: null,
        ratio: null,
      },
    ],
  }
}

/** A check whose programs take the seconds they are told to, and end as `end` says. */
async function check(end: (args: readonly string[]) => Partial<Ended>, withTests = true) {
  const ran: { args: readonly string[]; limit: number }[] = []
  const files = new Map<string, string>()
  let clock = 100
  const environment: CheckEnvironment = {
    workloads,
    withTests,
    run: (args, limit) => {
      ran.push({ args, limit })
      const seconds = (limit - 10) / 2
      clock += seconds
      const name = args[args.indexOf('--filter') + 1] ?? ''
      const stdout =
        args[0] === 'dist/bench.js' ? JSON.stringify(documentOf(name)) : `output of ${args.join(' ')}`
      return Promise.resolve({ ...well, stdout, seconds, ...end(args) })
    },
    now: () => clock,
    write: (file, text) => files.set(file, text),
    tell: () => undefined,
  }
  const request = { seconds: 600, output: 'out', toy: false, peerDevice: undefined }
  const ok = await runCheck(request, environment)
  return { ok, ran, files, seconds: clock - 100, report: files.get('out/gpu-check.md') ?? '' }
}

test('all steps together take the time that is given, and all figures are in one document', async () => {
  const { ok, ran, files, seconds, report } = await check(() => ({}))
  expect(ok).toBe(true)
  expect(seconds).toBeCloseTo(600)
  const onGpu = workloads.filter((workload) => workload.onGpu).map(({ name }) => name)
  const document = JSON.parse(files.get('out/gpu-bench.json') ?? '') as BenchDocument
  expect(document.workloads.map(({ name }) => name)).toEqual(onGpu)
  expect(document.data).toEqual(onGpu.map((name) => `data of ${name}`))
  expect(ran.map(({ args }) => args[0])).toEqual([
    'dist/cli.js',
    'node_modules/vitest/vitest.mjs',
    ...onGpu.map(() => 'dist/bench.js'),
    'dist/cli.js',
    'dist/cli.js',
  ])
  expect(report).toContain('Some GPU')
  expect(report).toContain(
    'output of dist/cli.js suites/cnn.suite.ts --profile paper --device gpu --stop-after',
  )
})

test('what fails, crashes or hangs is told with its last words, and the others are run', async () => {
  const { ok, report, files } = await check((args) =>
    args.includes('mlp-train-step')
      ? { code: null, signal: 'SIGSEGV', stdout: '', stderr: 'the driver is gone' }
      : args.includes('--stop-after')
        ? { code: args.includes('--filter') ? 1 : 5 }
        : args.includes('sa-mlp')
          ? { code: null, timedOut: true, stdout: '' }
          : args.includes('doctor')
            ? { code: 4, stderr: 'nothing works' }
            : {},
  )
  expect(ok).toBe(false)
  expect(report).toContain('- mlp-train-step: ended by SIGSEGV')
  expect(report).toContain('the driver is gone')
  expect(report).toContain('- sa-mlp: killed, its time was over')
  expect(report).toContain('- doctor: exit code 4')
  expect(report).toContain('nothing works')
  expect(report).toContain('- rows of the paper table: exit code 1')
  // A run that was stopped has done what it could.
  expect(report).toContain('- the paper table: ok')
  const document = JSON.parse(files.get('out/gpu-bench.json') ?? '') as BenchDocument
  expect(document.workloads.map(({ name }) => name)).not.toContain('mlp-train-step')
})

test('that there are no tests is said', async () => {
  const { ran, report } = await check(() => ({}), false)
  expect(ran.map(({ args }) => args[0])).not.toContain('node_modules/vitest/vitest.mjs')
  expect(report).toContain('tests: not run, for vitest is not here')
})

test('a program that takes too long is killed with what it started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prune-bench-limited-'))
  const code = `require('node:child_process').spawn('sleep', ['60'], { stdio: 'inherit' }); setInterval(() => {}, 1000)`
  const ended = await runLimited(['-e', code], 0.5, folder)
  expect(ended).toMatchObject({ code: null, signal: 'SIGKILL', timedOut: true })
  // The pipe that the sleeping one holds is closed.
  expect(ended.seconds).toBeLessThan(20)
  const printed = await runLimited(['-e', 'console.log(process.cwd()); process.exit(3)'], 20, folder)
  expect(printed).toMatchObject({ code: 3, timedOut: false, stdout: `${folder}\n` })
  rmSync(folder, { recursive: true })
})
