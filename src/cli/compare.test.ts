import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ResultsComparison } from '../results/index.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

let project: Project

beforeAll(async () => {
  project = makeProject()
  const profiles = `profiles: { one: {}, two: { sparsities: [0.5], seeds: [2, 3] }, never: { seeds: [9] } },`
  project.write('suites/tiny.suite.ts', tinySuite(profiles))
  expect((await project.run('tiny')).code).toBe(0)
  cpSync(join(project.folder, 'reports/tiny/one'), join(project.folder, 'earlier'), { recursive: true })
  expect((await project.run('tiny', '--profile', 'two')).code).toBe(0)
})
afterAll(() => project.remove())

const compare = async (...words: string[]) => {
  const { code, stdout } = await project.run('compare', ...words, '--json')
  expect(code).toBe(0)
  return JSON.parse(stdout) as ResultsComparison
}

test('a file, a folder and a profile from the store are the same results', async () => {
  for (const other of ['earlier', 'tiny:one', 'tiny']) {
    const { identity, shared, same, onlyA, onlyB } = await compare('earlier/glyphs/results.json', other)
    expect({ identity, shared, same, onlyA, onlyB }).toEqual({
      identity: [],
      shared: 10,
      same: 10,
      onlyA: [],
      onlyB: [],
    })
  }
})

test('profiles are compared on the seeds that both have', async () => {
  const { identity, groups, onlyB } = await compare('tiny:one', 'tiny:two')
  expect(identity).toEqual([{ path: 'profile', before: 'one', after: 'two' }])
  expect(onlyB).toEqual(['unpruned s=0% k=0 seed=3', 'random s=50% k=0 seed=3', 'snip s=50% k=0 seed=3'])
  const snip = groups.find(({ criterion, sparsity }) => criterion === 'snip' && sparsity === 0.5)
  expect(snip?.accuracies.last).toMatchObject({
    a: { n: 2 },
    b: { n: 2 },
    difference: { n: 1, mean: 0, pairs: [{ seed: 2 }] },
  })
})

test('what is not there cannot be compared, and the problem says what to run', async () => {
  const { code, stderr } = await project.run('compare', 'tiny:one', 'tiny:never')
  expect(code).toBe(3)
  expect(stderr).toContain('no cell of tiny, profile never, is in the store')
  expect(stderr).toContain('run it first: prune-bench tiny --profile never')
})

test('the table fits the terminal, and says what is asked for where that is wrong', async () => {
  const { code, stdout } = await project.run('compare', 'earlier', 'tiny:two')
  expect(code).toBe(0)
  expect(stdout).toContain('3 cells in both')
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  for (const [words, told] of [
    [['earlier'], 'compare needs two results, not 1'],
    [['earlier', 'gone/results.json'], 'there is no gone/results.json'],
    [['earlier', 'tiny:three'], 'there is no profile named three'],
    [['earlier', 'suites'], 'there is no suites/results.json'],
  ] as const) {
    const ended = await project.run('compare', ...words)
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain(told)
  }
})
