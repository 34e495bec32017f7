import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

let project: Project
let github: Project

function score(expression: string): void {
  project.write(
    'criteria/own.ts',
    `import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  summary: 'The largest weights after training.',
  needs: ['trainedWeights'],
  score: ({ trainedWeights }) => trainedWeights.map((w) => ${expression}),
})
`,
  )
}

beforeAll(async () => {
  project = makeProject()
  const env = { GITHUB_ACTIONS: 'true', CI: 'true', GITHUB_STEP_SUMMARY: join(project.folder, 'summary.md') }
  github = makeProject(env, project.folder)
  project.write(
    'suites/tiny.suite.ts',
    tinySuite("criteria: ['random', 'own'],\n  seeds: [1, 2, 3],")
      .replace("criteria: ['random', 'snip'],\n", '')
      .replace('seeds: [1, 2],\n', ''),
  )
  score('tf.abs(w)')
  expect((await project.run('tiny')).code).toBe(0)
  expect((await project.run('baseline', 'accept', 'tiny')).code).toBe(0)
}, 240_000)

afterAll(() => project.remove())

test('what has not changed passes, from the store', async () => {
  const { code, stdout, stderr } = await github.run('tiny')
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stderr).not.toContain('::error')
  expect(stdout).toContain('nothing was recomputed')
  expect(readFileSync(join(project.folder, 'summary.md'), 'utf8')).toContain('nothing got worse')
})

test('a criterion that is broken fails: exit 1, an annotation on its file, a table of what got worse', async () => {
  score('tf.neg(tf.abs(w))')
  const { code, stdout, stderr } = await github.run('tiny')
  expect({ code, stderr }).toMatchObject({ code: 1 })
  expect(stderr).toMatch(
    /^::error file=criteria\/own\.ts,line=1,col=1,title=own got worse [^\n]*own 50 %25: untrained accuracy, rewound \d/m,
  )
  expect(stderr.match(/^::error/gm)).toHaveLength(1)
  expect(stdout).toMatch(/own 50 % rewind +\d+\.\d+ +\d+\.\d+ +−\d+\.\d+ .*worse/)
  expect(
    readFileSync(join(project.folder, 'reports', 'tiny', 'default', 'glyphs', 'junit.xml'), 'utf8'),
  ).toMatch(/name="own 50 % is no worse than accepted" time="0.000">\s*<failure/)
})

test('put right again it passes without computing anything', async () => {
  score('tf.abs(w)')
  const { code, stdout } = await github.run('tiny')
  expect(code).toBe(0)
  expect(stdout).toContain('nothing was recomputed')
})

test('said in other words it is computed again, and passes', async () => {
  score('tf.maximum(w, tf.neg(w))')
  const { code, stdout } = await github.run('tiny')
  expect(code).toBe(0)
  // Of three seeds: scores; of two sparsities: mask, evaluation, training, analysis.
  expect(stdout).toContain('27 units computed')
})

test('continuous integration accepts nothing, and a reporter that is not there is named', async () => {
  expect(await github.run('baseline', 'accept', 'tiny')).toMatchObject({ code: 2 })
  const wrong = await project.run('tiny', '--reporter', 'gitlab')
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('there is no reporter named gitlab')
  const asked = await project.run('report', 'tiny', '--reporter', 'github')
  expect(asked.stderr).not.toContain('::error')
})
