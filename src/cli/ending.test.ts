import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseResults, type Results } from '../results/index.ts'
import { makeProject, tinySuite, type Ended, type Project } from './cli.fixture.ts'
import { packageRoot } from './project.ts'
import { tellProblem } from './tell-problem.ts'

let project: Project
beforeEach(() => {
  project = makeProject()
})
afterEach(() => project.remove())

/** Runs a suite whose one criterion does something besides when it is loaded, on a line of its own, or when it scores. */
function runWith({ loading = '', scoring = '' }, ...args: string[]): Promise<Ended> {
  project.write(
    'criteria/odd.ts',
    `import { createServer } from 'node:http'
import { defineCriterion, tf } from 'prune-bench'
${loading}
void createServer
export default defineCriterion({
  summary: 'Odd.',
  ignoredReads: ['stdin'],
  needs: ['initialWeights'],
  score: ({ initialWeights }) => {
    ${scoring}
    return initialWeights.map((w) => tf.abs(w))
  },
})
`,
  )
  project.write(
    'suites/tiny.suite.ts',
    tinySuite()
      .replace("['random', 'snip']", "['odd']")
      .replace('[0.5, 0.9]', '[0.5]')
      .replace('[1, 2]', '[1]'),
  )
  return project.run('tiny', ...args)
}

describe('what a plugin does when it is loaded ends the run with exit code 2, its file and its line:', () => {
  test.each([
    ['process.exit(0)', 'process.exit(0) was called'],
    ['process.abort()', 'process.abort() was called'],
    ["process.kill(process.pid, 'SIGKILL')", 'process.kill(process.pid) was called'],
    [
      'setTimeout(() => process.exit(0), 0); await new Promise((go) => setTimeout(go, 500))',
      'process.exit(0)',
    ],
    [
      "setTimeout(() => { throw new Error('late') }, 0); await new Promise((go) => setTimeout(go, 500))",
      'late',
    ],
    ["void Promise.reject(new Error('lost')); await new Promise((go) => setTimeout(go, 500))", 'lost'],
    ["throw new Error('broken')", 'broken'],
  ])('%s', async (loading, told) => {
    const { code, stderr, stdout } = await runWith({ loading })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(told)
    expect(stderr).toContain(`${join(project.folder, 'criteria', 'odd.ts')}:3:`)
  })

  test('an await that never ends', async () => {
    const { code, stderr } = await runWith({ loading: 'await new Promise(() => undefined)' })
    expect(code).toBe(2)
    expect(stderr).toMatch(/criteria\/odd\.ts cannot be loaded: its top-level await does not end/)
  })

  test('in a suite, too', async () => {
    project.write('suites/tiny.suite.ts', `process.exit(0)\n${tinySuite()}`)
    const { code, stderr } = await project.run('tiny')
    expect(code).toBe(2)
    expect(stderr).toContain('suites/tiny.suite.ts: process.exit(0) was called')
  })
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while plugins are loaded: a line and its exit code', async (signal, expected) => {
  project.write(
    'criteria/slow.ts',
    "console.log('loading')\nawait new Promise((go) => setTimeout(go, 600_000))",
  )
  project.write('suites/tiny.suite.ts', tinySuite().replace("['random', 'snip']", "['slow']"))
  const running = project.start('tiny')
  await running.seen('loading')
  running.kill(signal)
  const { code, stderr } = await running.ended
  expect(code).toBe(expected)
  expect(stderr).toContain(`stopped by ${signal}`)
})

test('a timer, a server and a listener that a plugin left open do not keep the run, which gives all its output', async () => {
  const loading = 'createServer().listen(0); setInterval(() => undefined, 1000); process.stdin.resume()'
  const { code, stdout } = await runWith({ loading }, '--json')
  expect(code).toBe(0)
  expect(parseResults(stdout).cells.length).toBe(2)
})

test('what plugins print goes to standard error, when they are loaded and when they compute', async () => {
  const loading =
    "console.log('loading\\n::error::command'); process.stdout.write('plainly\\n'); console.table([1])"
  const { code, stdout, stderr } = await runWith({ loading, scoring: "console.log('scoring')" }, '--json')
  expect(code).toBe(0)
  expect(parseResults(stdout).cells.length).toBe(2)
  for (const text of ['loading', 'plainly', 'scoring', 'command']) expect(stderr).toContain(text)
  expect(stderr).not.toMatch(/^\s*::/m)
})

test.each([
  ['process.exit(0)', 'exited with code 0'],
  ['process.abort()', 'SIGABRT'],
  [
    "setTimeout(() => { throw new Error('late') }, 0); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)",
    '',
  ],
])('%s in a worker fails the unit, or costs nothing', async (scoring, told) => {
  const { code, stdout, stderr } = await runWith({ scoring })
  expect([0, 1]).toContain(code)
  expect(stdout + stderr).toContain(told)
  if (told !== '') expect(code).toBe(1)
})

describe('a data set of the project', () => {
  function runOn(methods: string, data = "[{ name: 'odd', size: { train: 300, test: 100 } }]") {
    project.write(
      'datasets/odd.ts',
      `import { defineDataset } from 'prune-bench'
const description = { name: 'odd', shape: [28, 28, 1] as const, classes: 10, mean: [0.1], std: [0.3], size: { train: 300, test: 100 } }
const present = { status: 'present', digest: 'odd', origin: 'here' } as const
export default defineDataset({
  summary: 'Odd.',
  description,
  ${methods}
})
`,
    )
    project.write(
      'suites/tiny.suite.ts',
      tinySuite()
        .replace(/data: .*/, `data: ${data},`)
        .replace("['random', 'snip']", "['random']"),
    )
    return project.run('tiny')
  }
  const present = 'locate: () => Promise.resolve(present),'
  const load = "load: () => Promise.reject(new Error('not asked')),"

  test.each([
    [
      'throws in locate',
      `locate() { throw new Error('no such share') }, ${load}`,
      'its locate failed: no such share',
    ],
    [
      'rejects in locate',
      `locate: () => Promise.reject(new Error('no share')), ${load}`,
      'locate failed: no share',
    ],
    [
      'never answers in locate',
      `locate: () => new Promise(() => {}), ${load}`,
      'it waits for something that never happens',
    ],
    ['says nothing in locate', `locate: async () => {}, ${load}`, 'it returned nothing, without a status'],
    ['throws in load', `${present} load() { throw new Error('bad sector') },`, 'its load failed: bad sector'],
    [
      'never answers in load',
      `${present} load: () => new Promise(() => {}),`,
      'it waits for something that never happens',
    ],
    [
      'returns nothing in load',
      `${present} load: async () => {},`,
      'it returned no object with train and test',
    ],
  ])('that %s is named, with exit code 4', async (_, methods, told) => {
    const { code, stderr } = await runOn(methods)
    expect(code).toBe(4)
    expect(stderr.replace(/\s+/g, ' ')).toContain(told)
    expect(stderr).toContain('data set odd')
    if (stderr.includes('bad sector'))
      expect(stderr).toContain(`${join(project.folder, 'datasets', 'odd.ts')}:7:`)
  })

  test('that cannot say whether it is there gives way to the next, and the report says why', async () => {
    const next = "['odd', { name: 'glyphs', size: { train: 300, test: 100 } }]"
    const { code } = await runOn(`locate() { throw new Error('no such share') }, ${load}`, next)
    expect(code).toBe(0)
    const file = join(project.folder, 'reports', 'tiny', 'default', 'glyphs', 'results.json')
    const { identity }: Results = parseResults(readFileSync(file, 'utf8'))
    expect(identity.data.name).toBe('glyphs')
    expect(identity.data.passedOver).toEqual([
      { name: 'odd', why: 'the data set odd is not to be had, as its locate failed: no such share' },
    ])
  })
})

test('a named folder of data that is not there is a mistake, not a reason to take other data', async () => {
  project.write('suites/tiny.suite.ts', tinySuite())
  const misled = makeProject({ PRUNE_BENCH_DATA: '/no/such/data' }, project.folder)
  const { code, stderr } = await misled.run('tiny')
  expect(code).toBe(2)
  expect(stderr).toContain('PRUNE_BENCH_DATA is /no/such/data, which is no folder')
})

describe('a disk that fails', () => {
  test('a store where no folder can be made: exit 4 and the folder, no endless loop', async () => {
    project.write('suites/tiny.suite.ts', tinySuite())
    const { code, stderr } = await project.run('tiny', '--store', '/proc/x')
    expect(code).toBe(4)
    expect(stderr).toContain('/proc/x')
    expect(stderr.replace(/\s+/g, ' ')).toContain('no folder can be made there (ENOENT at /proc/x)')
  })

  /** Runs the program with files of at most so many KiB, which fails as a full disk does, in the middle of writing. */
  function runWithin(kibibytes: number, ...args: string[]): Ended {
    const program = [process.execPath, join(packageRoot, 'dist', 'cli.js'), ...args].map(
      (word) => `'${word}'`,
    )
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', `ulimit -f ${kibibytes}; ${program.join(' ')}`],
      {
        cwd: project.folder,
        env: {
          PATH: process.env.PATH,
          HOME: project.folder,
          PRUNE_BENCH_CACHE: join(project.folder, 'cache'),
        },
        encoding: 'utf8',
      },
    )
    return { code: status, stdout, stderr }
  }

  test('while reports and networks are written: exit 4, the file, nothing computed lost', async () => {
    expect((await runWith({})).code).toBe(0)
    // Bundles are there already.
    expect(runWithin(100_000, 'tiny').code).toBe(0)
    rmSync(join(project.folder, 'reports'), { recursive: true })
    for (const args of [['tiny'], ['export', 'tiny']]) {
      const { code, stderr } = runWithin(20, ...args)
      expect({ code, stderr }).toMatchObject({ code: 4 })
      expect(stderr.replace(/\s+/g, ' ')).toMatch(/error: \S+\/reports\/tiny\/\S+ cannot be written: EFBIG/)
      expect(stderr).not.toMatch(/^ {2}at /m)
      expect(stderr).toContain('nothing computed is lost')
      expect(stderr).not.toContain('a bug worth reporting')
    }
    const { code, stdout } = await project.run('tiny')
    expect(code).toBe(0)
    expect(stdout).toContain('nothing was recomputed')
  })

  test('where nobody knows more of it than the system: exit 4, its words, no stack', () => {
    const told: string[] = []
    const output = {
      isTTY: false,
      columns: 80,
      write: (text: string) => told.push(text),
      writeRaw: () => undefined,
    }
    const env = { cwd: '/', root: '/nowhere', env: {}, stdout: output, stderr: output }
    const error = Object.assign(new Error('ENOSPC: no space left on device, rename'), {
      code: 'ENOSPC',
      syscall: 'rename',
      path: '/full/file',
    })
    expect(tellProblem(error, {}, env)).toBe(4)
    expect(told.join('')).toContain('Cannot rename /full/file: the disk is full (ENOSPC)')
  })
})
