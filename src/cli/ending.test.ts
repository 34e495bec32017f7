import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseResults, type Results } from '../results/index.ts'
import { makeProject, tinySuite, type Ended, type Project } from './cli.fixture.ts'

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

test('a timer, a server and a listener that a plugin left open do not keep the run, which gives all its output', async () => {
  const loading = 'createServer().listen(0); setInterval(() => undefined, 1000); process.stdin.resume()'
  const { code, stdout } = await runWith({ loading }, '--json')
  expect(code).toBe(0)
  expect(parseResults(stdout).cells.length).toBe(2)
})

test('what plugins print goes to standard error, when they are loaded and when they compute', async () => {
  const loading = "console.log('loading'); process.stdout.write('plainly\\n'); console.table([1])"
  const { code, stdout, stderr } = await runWith({ loading, scoring: "console.log('scoring')" }, '--json')
  expect(code).toBe(0)
  expect(parseResults(stdout).cells.length).toBe(2)
  for (const text of ['loading', 'plainly', 'scoring']) expect(stderr).toContain(text)
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
    const file = join(project.folder, 'reports', 'tiny', 'results.json')
    const { identity }: Results = parseResults(readFileSync(file, 'utf8'))
    expect(identity.data.name).toBe('glyphs')
    expect(identity.data.passedOver).toEqual([
      { name: 'odd', why: 'the data set odd is not to be had, as its locate failed: no such share' },
    ])
  })
})
