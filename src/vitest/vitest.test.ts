import { spawn } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DOMParser } from '@xmldom/xmldom'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { goneDataset, makeProject, tinySuite, type Ended, type Project } from '../cli/cli.fixture.ts'
import { packageRoot } from '../cli/project.ts'
import { storedIn } from '../cli/stored.fixture.ts'
import type { CellFigures } from './suite-tests.ts'

const vitestFolder = dirname(createRequire(import.meta.url).resolve('vitest/package.json'))

/** A project that has prune-bench and vitest installed, with suites as its tests. */
function makeVitestProject(): Project {
  const project = makeProject()
  const [from, to] = [packageRoot, project.folder].map((folder) => join(folder, 'node_modules')) as [
    string,
    string,
  ]
  const installed = join(to, 'prune-bench')
  for (const part of ['package.json', 'dist', 'criteria', 'models', 'suites']) {
    cpSync(join(packageRoot, part), join(installed, part), { recursive: true })
  }
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name))
  project.write('package.json', '{ "type": "module" }')
  project.write(
    'vitest.config.ts',
    `import { defineConfig } from 'vitest/config'
import { pruneBench } from 'prune-bench/vitest/config'

export default defineConfig({
  plugins: [pruneBench()],
  test: { reporters: ['default', 'json', 'junit', 'github-actions'], outputFile: { json: 'out.json', junit: 'out.xml' } },
})
`,
  )
  return project
}

/** Runs vitest as a user does, once. */
function vitest(project: Project, ...args: string[]): Promise<Ended> {
  return vitestWith({}, project, ...args)
}

function vitestWith(
  env: Readonly<Record<string, string>>,
  project: Project,
  ...args: string[]
): Promise<Ended> {
  const child = spawn(process.execPath, [join(vitestFolder, 'vitest.mjs'), 'run', ...args], {
    cwd: project.folder,
    env: { PATH: process.env.PATH, HOME: project.folder, NO_COLOR: '1', ...env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}

interface Told {
  readonly title: string
  readonly status: string
  readonly failureMessages: readonly string[]
  readonly meta: { readonly pruneBench?: CellFigures }
}

/** What vitest's JSON reporter wrote of each test, by title. */
function told({ folder }: Project): ReadonlyMap<string, Told> {
  const report = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as {
    testResults: readonly { assertionResults: readonly Told[] }[]
  }
  return new Map(
    report.testResults.flatMap(({ assertionResults }) => assertionResults).map((one) => [one.title, one]),
  )
}

const statuses = (project: Project) =>
  Object.fromEntries([...told(project)].map(([title, { status }]) => [title, status]))

const artifacts = ({ folder }: Project): number =>
  readdirSync(join(folder, '.prune-bench', 'objects')).flatMap((shard) =>
    readdirSync(join(folder, '.prune-bench', 'objects', shard)),
  ).length

function criterion(project: Project, name: string, score: string): void {
  project.write(
    `criteria/${name}.ts`,
    `import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  summary: 'For a test.',
  ignoredReads: ['process-id'],
  needs: ['initialWeights'],
  score: ({ initialWeights }) => {
    ${score}
    return initialWeights.map((w) => tf.abs(w))
  },
})
`,
  )
}

describe('a suite under plain vitest', () => {
  let project: Project
  beforeAll(() => {
    project = makeVitestProject()
    criterion(project, 'dies', "process.kill(process.pid, 'SIGSEGV')")
    criterion(project, 'throws', "throw new Error('not today')")
    criterion(project, 'fine', '')
    project.write(
      'suites/tiny.suite.ts',
      tinySuite(`seeds: [1],
  assertions: [
    cells().achieveSparsity(),
    cells({ criterion: 'fine', sparsity: 0.5 }).reach(99.9),
  ],`)
        .replace('seeds: [1, 2],\n', '')
        .replace("criteria: ['random', 'snip']", "criteria: ['fine', 'random', 'dies', 'throws']")
        .replace('defineSuite }', 'defineSuite, cells }'),
    )
  })
  afterAll(() => project.remove())

  test('with -t computes what the test needs, and nothing else', async () => {
    const { code, stderr } = await vitest(project, '-t', 'fine s=50%')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(Object.entries(statuses(project)).filter(([, status]) => status !== 'skipped')).toEqual([
      ['fine s=50% k=0 seed=1', 'passed'],
    ])
    // Initial weights, scores, mask, evaluation, training, analysis.
    expect(artifacts(project)).toBe(6)
  })

  test('has a test for each cell and each assertion; what crashes fails alone', async () => {
    const { code, stdout } = await vitest(project)
    expect(code).toBe(1)
    expect(statuses(project)).toEqual({
      'unpruned s=0% k=0 seed=1': 'passed',
      'fine s=50% k=0 seed=1': 'passed',
      'fine s=90% k=0 seed=1': 'passed',
      'random s=50% k=0 seed=1': 'passed',
      'random s=90% k=0 seed=1': 'passed',
      'dies s=50% k=0 seed=1': 'failed',
      'dies s=90% k=0 seed=1': 'failed',
      'throws s=50% k=0 seed=1': 'failed',
      'throws s=90% k=0 seed=1': 'failed',
      'every criterion prunes exactly as much as asked for': 'passed',
      'fine at 50 % reaches 99.9 % (trained accuracy)': 'failed',
      'no worse than the accepted baseline': 'skipped',
    })
    const message = (title: string) => told(project).get(title)?.failureMessages.join('\n')
    expect(message('dies s=50% k=0 seed=1')).toContain('SIGSEGV')
    expect(message('throws s=90% k=0 seed=1')).toMatch(/not today[^]*criteria\/throws\.ts:8:/)
    expect(message('fine at 50 % reaches 99.9 % (trained accuracy)')).toMatch(
      /wanted 99\.90: short by [^]*suites\/tiny\.suite\.ts:\d+:/,
    )
    expect(stdout).toMatch(/::error file=[^,]*criteria\/throws\.ts,.*line=8/)
    expect(stdout).toMatch(/::error file=[^,]*criteria\/dies\.ts,/)
    expect(told(project).get('fine s=50% k=0 seed=1')?.meta.pruneBench).toMatchObject({
      status: 'ok',
      achievedSparsity: 0.5,
    })
    const junit = new DOMParser().parseFromString(
      readFileSync(join(project.folder, 'out.xml'), 'utf8'),
      'text/xml',
    )
    expect(junit.documentElement?.getAttribute('tests')).toBe('12')
  })

  test.each(['forks', 'threads'])('leaves nothing of the engine in the home, with %s', async (pool) => {
    const { code, stdout } = await vitest(project, '-t', 'fine s=', '--pool', pool)
    expect({ code, stdout }).toMatchObject({ code: 0 })
    expect(existsSync(join(project.folder, '.cache', 'Microsoft'))).toBe(false)
  })

  test('replays what is stored: only what failed is tried again', async () => {
    const before = artifacts(project)
    expect((await vitest(project, '-t', 'random|unpruned|fine s=')).code).toBe(0)
    expect(artifacts(project)).toBe(before)
  })

  test('holds its results against the accepted baseline', async () => {
    criterion(project, 'dies', '')
    criterion(project, 'throws', '')
    expect((await project.run('tiny')).code).toBe(1)
    expect((await project.run('baseline', 'accept', 'tiny')).code).toBe(0)
    await vitest(project, '-t', 'baseline')
    expect(statuses(project)['no worse than the accepted baseline']).toBe('passed')
  })

  test("matchers and results are there for the user's own tests", async () => {
    project.write(
      'test/own.test.ts',
      `import { expect, test } from 'vitest'
import { cells } from 'prune-bench'
import { suiteResults } from 'prune-bench/vitest'

test('mine', async () => {
  const found = await suiteResults('tiny', { filter: 'fine' })
  expect(found.results.cells).toHaveLength(2)
  expect(found).toHold(cells({ criterion: 'fine' }).notCollapse())
  expect(found).not.toHold(cells({ criterion: 'fine' }).reach(99.9))
  expect(found.results.cells[0]).toReachAccuracy(1)
  expect(() => expect(found.results.cells[0]).toReachAccuracy(99.9)).toThrow('wanted 99.9 %')
  expect(() => expect(found).toHold(cells({ criterion: 'fine' }).reach(99.9))).toThrow('short by')
})
`,
    )
    const { code, stdout } = await vitest(project, 'test/own.test.ts')
    expect({ code, stdout }).toMatchObject({ code: 0 })
  })

  test('masks that are damaged in the store are computed again for an assertion that compares them', async () => {
    project.write(
      'suites/alike.suite.ts',
      tinySuite(`searchSeeds: [1, 2], k: [0, 1], kUnit: 'epochs',
  assertions: [cells({ criterion: 'climbing' }).grow({ metric: 'similarity', along: 'k' })],`)
        .replace('seeds: [1, 2]', 'seeds: [1]')
        .replace(
          "'random', 'snip'",
          "{ criterion: 'hill-climbing', label: 'climbing', options: { budget: 20 } }",
        )
        .replace('[0.5, 0.9]', '[0.5]')
        .replace('defineSuite }', 'defineSuite, cells }'),
    )
    const assertion = async () => {
      await vitest(project, 'suites/alike')
      const [found] = [...told(project).values()].filter(({ title }) => /grow/.test(title))
      return { status: found?.status, messages: found?.failureMessages }
    }
    const before = await assertion()
    expect(before.status).toMatch(/passed|failed/)
    const found = Object.entries(storedIn(project)).filter(([, { kind }]) => kind === 'search')
    expect(found).toHaveLength(4)
    for (const [key] of found) {
      const file = join(project.folder, '.prune-bench', 'objects', key.slice(0, 2), key)
      truncateSync(file, statSync(file).size - 1)
    }
    expect(await assertion()).toEqual(before)
    expect(readdirSync(join(project.folder, '.prune-bench', 'quarantine'))).toHaveLength(4)
    expect(Object.values(storedIn(project)).filter(({ kind }) => kind === 'search')).toHaveLength(4)
  })

  test('a suite that is wrong is one failed file with its line', async () => {
    project.write('suites/wrong.suite.ts', tinySuite().replace("'snip'", "'snap'"))
    const { code, stdout, stderr } = await vitest(project, 'suites/wrong')
    expect(code).toBe(1)
    expect(stdout + stderr).toMatch(/there is no criterion named snap[^]*suites\/wrong\.suite\.ts:\d+/)
  })

  test('where CI is set, a later data set of the suite has to be named', async () => {
    project.write('datasets/gone.ts', goneDataset)
    project.write(
      'suites/preferring.suite.ts',
      tinySuite("data: ['gone', { name: 'glyphs', size: { train: 300, test: 100 } }],"),
    )
    project.write(
      'named.config.ts',
      `import { pruneBench } from 'prune-bench/vitest/config'
export default { plugins: [pruneBench({ suites: ['preferring'], data: 'glyphs' })] }
`,
    )
    const args = ['suites/preferring', '-t', 'random s=50% k=0 seed=1']
    const refused = await vitestWith({ CI: 'true' }, project, ...args)
    expect(refused.code).toBe(1)
    expect(refused.stdout + refused.stderr).toMatch(/nothing allows glyphs in place of gone/)
    const named = await vitestWith({ CI: 'true' }, project, ...args, '--config', 'named.config.ts')
    expect(named).toMatchObject({ code: 0 })
  })
})
