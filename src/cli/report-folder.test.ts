import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseResults } from '../results/index.ts'
import type { Verdict } from '../verdict/index.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'
import { reportFolder } from './report-folder.ts'

let project: Project
const suite = (more = '') =>
  tinySuite(
    `assertions: [cells({ criterion: 'random' }).reach(1)], profiles: { one: {}, two: { seeds: [1] } }, ${more}`,
  )
    .replace('{ adadelta', '{ adadelta, cells')
    .replace("'snip'", "'mine'")
const criterion = (power: number) => `import { defineCriterion, tf } from 'prune-bench'
export default defineCriterion({ summary: 'Mine.', needs: ['weights'], score: ({ weights }) => weights.map((w) => tf.pow(tf.abs(w), ${power})) })
`

beforeAll(() => {
  project = makeProject()
  project.write('suites/tiny.suite.ts', suite())
  project.write('criteria/mine.ts', criterion(1))
})
afterAll(() => project.remove())

const at = (profile: string, ...file: string[]) =>
  join(project.folder, 'reports', 'tiny', profile, 'glyphs', ...file)
const results = (profile = 'one') => parseResults(readFileSync(at(profile, 'results.json'), 'utf8'))
const done = (profile?: string) => results(profile).cells.filter(({ status }) => status === 'ok')
const verdict = () => JSON.parse(readFileSync(at('one', 'verdict.json'), 'utf8')) as Verdict
const networks = (profile: string) =>
  readdirSync(at(profile, 'networks'))
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => name.replace('.onnx', ''))

test('a filtered run computes some cells; the report is of the whole plan and marks the others as not run', async () => {
  const { code, stdout } = await project.run('tiny', '-t', 'mine seed=1')
  expect(code).toBe(0)
  expect(stdout).toContain('Only 2 of 10 cells')
  // The table is of what was asked for.
  expect(stdout).not.toMatch(/^ +random/m)
  expect(stdout).toContain('report: reports/tiny/one/glyphs/index.html')
  const { identity, cells } = results()
  expect(identity).toMatchObject({ filter: null, plannedCells: 10 })
  expect(cells).toHaveLength(10)
  expect(done().map(({ id }) => id)).toEqual(['mine s=50% k=0 seed=1', 'mine s=90% k=0 seed=1'])
  expect(readFileSync(at('one', 'index.html'), 'utf8')).toContain('Not complete: 8 of 10 cells were not run.')
  expect(readFileSync(at('one', 'report.md'), 'utf8')).toContain('| not run |')
  expect(verdict()).toMatchObject({ cells: { judged: 2, planned: 10 }, counts: { pass: 0, skipped: 1 } })
  expect(verdict().assertions).toMatchObject([{ reason: 'none of its cells was run', checks: [] }])
  expect(networks('one')).toEqual(['mine-s50-k0-seed1', 'mine-s90-k0-seed1'])
})

test('another filter keeps what is stored, judges all of it and says over how many cells', async () => {
  const { code, stdout } = await project.run('tiny', '-t', 'random 50%')
  expect(code).toBe(0)
  expect(stdout).toContain('Judged over 4 of 10 cells: the others were not run.')
  expect(done()).toHaveLength(4)
  expect(verdict()).toMatchObject({ cells: { judged: 4, planned: 10 }, counts: { pass: 1 } })
  expect(networks('one')).toHaveLength(4)
})

test('profiles and data sets have folders of their own', async () => {
  const before = readFileSync(at('one', 'index.html'), 'utf8')
  expect((await project.run('tiny:two', '-t', 'random')).code).toBe(0)
  expect(results('two').cells).toHaveLength(5)
  // What the other profile computed of the same cells is stored, and shown; its other seed is not this report's.
  expect(networks('two')).toEqual(
    ['mine', 'random'].flatMap((name) => [50, 90].map((s) => `${name}-s${s}-k0-seed1`)),
  )
  expect(readFileSync(at('one', 'index.html'), 'utf8')).toBe(before)
  const several = await project.run('compare', 'reports/tiny', 'tiny:one')
  expect(several.code).toBe(2)
  expect(several.stderr).toContain('reports/tiny holds 2 reports')
  expect((await project.run('compare', 'reports/tiny/two', 'tiny:one')).code).toBe(0)
})

test('networks of a criterion as it was go when the report is not about it any more', async () => {
  project.write('criteria/mine.ts', criterion(0.5))
  expect((await project.run('tiny', '-t', 'random 90% seed=1')).code).toBe(0)
  expect(done().map(({ point }) => point.criterion)).toEqual(['random', 'random', 'random'])
  expect(networks('one').filter((name) => name.startsWith('mine'))).toEqual([])
  // Export of one cell leaves those of the others.
  expect((await project.run('export', 'tiny', 'random s=90% k=0 seed=1')).code).toBe(0)
  expect(networks('one')).toHaveLength(3)
  expect(existsSync(at('one', 'networks', 'contents.json'))).toBe(true)
})

test('a profile that is no name of a folder is refused before anything is computed', async () => {
  project.write('suites/tiny.suite.ts', suite().replace('two:', "'../two':"))
  const { code, stderr } = await project.run('tiny', '-p', '../two')
  expect(code).toBe(2)
  expect(stderr).toContain("cannot be a folder's name")
  expect(stderr).not.toContain('computing')
  const env = { cwd: '/x', root: '/x' } as Parameters<typeof reportFolder>[2]
  const about = { suite: 'a', profile: 'b', data: { name: 'c' } }
  expect(reportFolder(about, { positionals: [], options: {} }, env)).toBe(
    join('/x', 'reports', 'a', 'b', 'c'),
  )
})
