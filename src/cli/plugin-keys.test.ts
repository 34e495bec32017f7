import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseResults } from '../results/index.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

let project: Project
beforeEach(() => {
  project = makeProject()
  project.write('suites/tiny.suite.ts', tinySuite("criteria: ['mine'], sparsities: [0.5],"))
})
afterEach(() => project.remove())

const criterion = (top: string, score: string) => `import { defineCriterion, tf } from 'prune-bench'
${top}
export default defineCriterion({
  summary: 'Mine.',
  needs: ['weights'],
  score: ({ weights }) => weights.map((weight) => ${score}),
})
`

/** What the masks of the last report are stored by. */
function masksOf(): string[] {
  const file = join(project.folder, 'reports', 'tiny', 'default', 'glyphs', 'results.json')
  const { cells } = parseResults(readFileSync(file, 'utf8'))
  return cells.filter(({ point }) => !point.control).map(({ units }) => units.mask ?? '')
}

test('a file that changed is never in one mean with what it was, and why names it', async () => {
  project.write(
    'criteria/mine.ts',
    criterion(
      `import { readFileSync } from 'node:fs'\nconst sign = Number(readFileSync(new URL('../sign.txt', import.meta.url), 'utf8'))`,
      'tf.mul(weight, sign)',
    ),
  )
  const sign = join(project.folder, 'sign.txt')
  writeFileSync(sign, '1')
  expect(await project.run('tiny', '--seed', '1')).toMatchObject({ code: 0 })
  const [before] = masksOf()
  expect((await project.run('tiny', '--seed', '1')).stdout).toContain('nothing was recomputed')
  writeFileSync(sign, '-1')
  const why = await project.run('why', 'tiny', 'mine seed=1')
  expect(why.stdout).toContain('the criterion mine reads the file sign.txt, which changed')
  expect(await project.run('tiny', '--seed', '1,2')).toMatchObject({ code: 0 })
  const after = masksOf()
  expect(after).toHaveLength(2)
  expect(after).not.toContain(before)
  expect((await project.run('tiny', '--seed', '1,2')).stdout).toContain('nothing was recomputed')
}, 240_000)

test('a variable, too', async () => {
  project.write(
    'criteria/mine.ts',
    criterion('const sign = Number(process.env.SIGN ?? 1)', 'tf.mul(weight, sign)'),
  )
  expect(await project.run('tiny', '--seed', '1')).toMatchObject({ code: 0 })
  const minus = makeProject({ SIGN: '-1' }, project.folder)
  const why = await minus.run('why', 'tiny', 'mine seed=1')
  expect(why.stdout).toContain('the criterion mine reads the environment variable SIGN, which changed')
  const again = await minus.run('tiny', '--seed', '1')
  expect(again).toMatchObject({ code: 0 })
  expect(again.stdout).not.toContain('nothing was recomputed')
}, 240_000)

test('what only a worker reads fails the unit, told how to declare it, also where the plugin catches the refusal', async () => {
  writeFileSync(join(project.folder, 'sign.txt'), '1')
  const read = `const read = () => { try { return Number(readFileSync('sign.txt', 'utf8')) } catch { return 1 } }`
  project.write(
    'criteria/mine.ts',
    criterion(`import { readFileSync } from 'node:fs'\n${read}`, 'tf.mul(weight, read())'),
  )
  const { code, stdout } = await project.run('tiny', '--seed', '1')
  expect({ code, stdout }).toMatchObject({ code: 1 })
  const words = stdout.replace(/\s+/g, ' ')
  expect(words).toContain(
    'the criterion mine reads the file sign.txt, which was not read when the suite was planned',
  )
  expect(words).toContain('read it when the file is loaded, at the top of the file, or import it')
  expect(words).toContain('criteria/mine.ts:3')
}, 240_000)

test('the clock and random numbers are refused, where a plugin is loaded and in workers', async () => {
  project.write('criteria/mine.ts', criterion('const random = Math.random()', 'tf.mul(weight, random)'))
  const loaded = await project.run('tiny', '--seed', '1')
  expect(loaded).toMatchObject({ code: 2 })
  expect(loaded.stderr).toContain('the criterion mine reads random numbers')
  expect(loaded.stderr).toContain('criteria/mine.ts:2')
  project.write('criteria/mine.ts', criterion('', 'tf.mul(weight, Math.random())'))
  const scored = await project.run('tiny', '--seed', '1')
  expect(scored.code).toBe(1)
  expect(scored.stdout.replace(/\s+/g, ' ')).toContain('the criterion mine reads random numbers')
}, 240_000)
