import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseResults } from '../results/index.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

function shy(project: Project, score: string): void {
  project.write(
    'criteria/shy.ts',
    `import { defineCriterion, tf } from 'prune-bench'
import { sign } from './shy/sign'

export default defineCriterion({
  summary: 'Keep the smallest initial weights.',
  needs: ['initialWeights'],
  score: ({ initialWeights }) => initialWeights.map((w) => ${score}),
})
`,
  )
}

function achievedBy(project: Project) {
  const file = join(project.folder, 'reports', 'tiny', 'default', 'glyphs', 'results.json')
  const { cells } = parseResults(readFileSync(file, 'utf8'))
  return Object.fromEntries(cells.map((cell) => [cell.id, cell.units]))
}

test('a suite that is watched runs again what a change concerns, tells of errors and goes on', async () => {
  const project = makeProject()
  project.write('criteria/shy/sign.ts', 'export const sign = -1\n')
  shy(project, 'tf.mul(tf.abs(w), sign)')
  project.write(
    'suites/tiny.suite.ts',
    tinySuite("criteria: ['random', 'shy'],").replace("criteria: ['random', 'snip'],\n", ''),
  )
  const run = project.start('tiny', '--watch')
  try {
    await run.seen(/watching \d+ files/)
    const first = achievedBy(project)

    shy(project, 'tf.mul(tf.square(w), sign)')
    await run.seen('criteria/shy.ts changed: 4 of 10 cells depend on it')
    await run.seen(/(watching[^]*){2}/)
    const second = achievedBy(project)
    for (const [id, units] of Object.entries(first)) {
      if (id.startsWith('shy')) expect(second[id]?.mask).not.toBe(units.mask)
      else expect(second[id]).toEqual(units)
    }

    shy(project, 'tf.mul(tf.square(w), sign')
    await run.seen(/error: criteria\/shy\.ts:\d+: /)
    await run.seen(/(watching[^]*){3}/)

    shy(project, 'tf.mul(tf.square(w), sign)')
    await run.seen('none of 10 cells depend')
    await run.seen(/(watching[^]*){4}/)

    project.write('criteria/shy/sign.ts', 'export const sign = 1\n')
    await run.seen('criteria/shy/sign.ts changed: 4 of 10 cells depend on it')
    await run.seen(/(watching[^]*){5}/)

    run.kill('SIGINT')
    const { code, stdout } = await run.ended
    expect(code).toBe(130)
    // Of shy and each of two seeds or four cells: scores, mask, evaluation, training, analysis, and nothing else.
    expect(stdout.match(/^(\d+) units computed/gm)?.slice(1)).toEqual([
      '18 units computed',
      '18 units computed',
    ])
    expect(stdout).toContain('nothing was recomputed')
  } finally {
    run.kill('SIGKILL')
    await run.ended
    project.remove()
  }
})

test('only a suite that is there can be watched', async () => {
  const project = makeProject()
  try {
    expect(await project.run('nowhere', '--watch')).toMatchObject({ code: 2 })
    project.write('suites/tiny.suite.ts', tinySuite())
    const both = await project.run('tiny', '--watch', '--force')
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') as string })
  } finally {
    project.remove()
  }
})
