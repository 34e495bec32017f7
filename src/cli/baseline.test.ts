import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verdict } from '../verdict/index.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

/** A criterion of the project's own that is good at what the tiny suite does: two epochs of training, then magnitudes. */
function criterion(score: string): string {
  return `import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  summary: 'Keep the largest trained weights.',
  needs: ['trainedWeights'],
  score: ({ trainedWeights }) => trainedWeights.map(${score}),
})
`
}

const good = criterion('(w) => tf.abs(w)')
const broken = criterion('(w) => tf.neg(tf.abs(w))')
const refactored = criterion('(weights) => tf.sqrt(tf.square(weights))')

function suite(assertions = ''): string {
  return tinySuite(`assertions: [${assertions}],`)
    .replace('import { adadelta', 'import { cells, adadelta')
    .replace("['random', 'snip']", "['random', 'snip', 'mine']")
    .replace('seeds: [1, 2]', 'seeds: [1, 2, 3]')
    .replace('size: { train: 300, test: 100 }', 'size: { train: 1000, test: 500 }')
    .replace('epochs: 1', 'epochs: 2')
}

let project: Project
const baselineFile = () => join(project.folder, 'suites', 'tiny.baseline.json')

function verdictOf(): Verdict {
  return JSON.parse(
    readFileSync(join(project.folder, 'reports', 'tiny', 'default', 'glyphs', 'verdict.json'), 'utf8'),
  ) as Verdict
}

beforeAll(() => {
  project = makeProject()
  project.write('suites/tiny.suite.ts', suite())
  project.write('criteria/mine.ts', good)
})
afterAll(() => project.remove())

test('nothing can be accepted before it is computed', async () => {
  const { code, stderr } = await project.run('baseline', 'accept', 'tiny')
  expect(code).toBe(2)
  expect(stderr).toMatch(/units of tiny are not computed/)
  expect(stderr).toContain('run prune-bench tiny first')
})

test('a first run without a baseline passes and says how to make one', async () => {
  const { code, stdout } = await project.run('tiny')
  expect(code).toBe(0)
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'none for this profile and data set: prune-bench baseline accept tiny',
  )
  expect(verdictOf()).toMatchObject({ outcome: 'pass', baseline: null })
  expect(existsSync(baselineFile())).toBe(false)
})

test('continuous integration never writes one', async () => {
  const ci = makeProject({ CI: 'true' }, project.folder)
  for (const args of [
    ['baseline', 'accept', 'tiny'],
    ['tiny', '--update'],
  ]) {
    const { code, stderr } = await ci.run(...args)
    expect(code).toBe(2)
    expect(stderr).toContain('a baseline is not written in continuous integration')
  }
  expect(existsSync(baselineFile())).toBe(false)
})

test('a criterion that got worse fails a run, one put right passes, and so does one only written differently', async () => {
  const accepted = await project.run('baseline', 'accept', 'tiny')
  expect(accepted).toMatchObject({ code: 0 })
  expect(accepted.stdout).toContain('accepted: 21 cells')
  const text = readFileSync(baselineFile(), 'utf8')

  project.write('criteria/mine.ts', broken)
  const worse = await project.run('tiny')
  expect(worse.code).toBe(1)
  expect(worse.stdout).toMatch(/mine 90 % trained .* worse/)
  const { outcome, baseline } = verdictOf()
  expect(outcome).toBe('fail')
  expect(new Set(baseline?.regressions.map(({ group }) => group.criterion))).toEqual(new Set(['mine']))
  expect(baseline).toMatchObject({ identical: 15, compared: 21 })
  // The same verdict from the store.
  expect((await project.run('report', 'tiny')).code).toBe(1)

  project.write('criteria/mine.ts', good)
  const right = await project.run('tiny')
  expect(right.code).toBe(0)
  expect(right.stdout).toContain('nothing was recomputed')

  project.write('criteria/mine.ts', refactored)
  const rewritten = await project.run('tiny')
  expect(rewritten.code).toBe(0)
  expect(rewritten.stdout).toMatch(/[1-9]\d* units computed/)
  expect(verdictOf().baseline).toMatchObject({ outcome: 'pass', identical: 21 })
  expect(readFileSync(baselineFile(), 'utf8')).toBe(text)
})

test('a run may accept what it finds, and shows what that changes', async () => {
  project.write('criteria/mine.ts', broken)
  const { code, stdout } = await project.run('tiny', '--update')
  expect(code).toBe(0)
  expect(stdout).toMatch(/mine 90 %, trained accuracy: [\d.]+ → [\d.]+/)
  project.write('criteria/mine.ts', good)
  const better = await project.run('tiny')
  expect(better.code).toBe(0)
  expect(better.stdout).toContain('better')
})

test('cells that came and went are told', async () => {
  project.write('suites/tiny.suite.ts', suite().replace("'snip', 'mine'", "'mine', 'magnitude'"))
  const { code, stdout } = await project.run('tiny')
  expect(code).toBe(0)
  expect(stdout).toContain('Not in the baseline: magnitude')
  expect(stdout).toMatch(/no longer in the suite: snip/)
  project.write('suites/tiny.suite.ts', suite())
})

test('an assertion that does not hold fails a run, with figures and its line', async () => {
  const text = suite(`
    cells().achieveSparsity(),
    cells({ control: true }).reach(
      99.5,
    ),
    cells({ control: true }).reach(99.5, { when: { data: 'mnist' } }),`)
  project.write('suites/tiny.suite.ts', text)
  const { code, stdout } = await project.run('tiny')
  expect(code).toBe(1)
  const line = text.split('\n').findIndex((one) => one.includes('.reach(')) + 1
  expect(stdout).toContain(`suites/tiny.suite.ts:${line}`)
  expect(stdout).toMatch(/✗ unpruned reaches 99.5 % \(trained accuracy\)/)
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/unpruned: [\d.]+, wanted 99.50: short by [\d.]+/)
  expect(verdictOf().assertions.map(({ outcome }) => outcome)).toEqual(['pass', 'fail', 'skipped'])
})

test('an assertion about a criterion that is not there is a mistake, at its line', async () => {
  project.write('suites/tiny.suite.ts', suite("\n    cells({ criterion: 'snipp' }).reach(1),"))
  const { code, stderr } = await project.run('tiny')
  expect(code).toBe(2)
  expect(stderr).toContain('did you mean snip?')
  expect(stderr).toMatch(/tiny\.suite\.ts:\d+/)
})
