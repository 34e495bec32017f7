import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'
import { storedIn } from './stored.fixture.ts'

const projects: Project[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project.remove()
})

function projectWith(more = ''): Project {
  const project = makeProject()
  projects.push(project)
  // The CPU's sums begin where memory is aligned: only batches of whole cache lines make a member's place in a stack count
  // for nothing.
  const suite = tinySuite(more)
    .replace('batchSize: 50', 'batchSize: 64')
    .replace('validation: 50', 'validation: 44')
    .replace('scoringBatch: 50', 'scoringBatch: 64')
  project.write('suites/tiny.suite.ts', suite)
  return project
}

/** How well each cell did. */
function accuraciesOf({ folder }: Project): number[] {
  const file = join(folder, 'reports', 'tiny', 'default', 'glyphs', 'results.json')
  const { cells } = JSON.parse(readFileSync(file, 'utf8')) as {
    cells: { accuracy: { last: { correct: number; total: number } | null } }[]
  }
  return cells.map(({ accuracy: { last } }) => (last ? last.correct / last.total : Number.NaN))
}

test('units computed together in one process give the artifacts that each gives alone, and nearly those of other engines', async () => {
  const longer = 'k: [0, 3], jacobian: { images: 4 }'
  const [together, alone, plain] = [projectWith(longer), projectWith(longer), projectWith(longer)]
  const ended = await together.run('tiny', '--together', '8', '--workers', '1')
  expect([ended.code, ended.stderr]).toEqual([0, expect.any(String)])
  expect((await alone.run('tiny', '--together', '1', '--workers', '1')).code).toBe(0)
  const [many, one] = [storedIn(together), storedIn(alone)]
  expect(Object.values(many).filter(({ kind }) => kind === 'train').length).toBeGreaterThan(8)
  expect(many).toEqual(one)
  expect((await plain.run('tiny')).code).toBe(0)
  for (const [i, accuracy] of accuraciesOf(together).entries())
    expect(accuracy).toBeCloseTo(accuraciesOf(plain)[i] as number, 1)
})

test('an engine that computes one unit at a time refuses more', async () => {
  const { code, stderr } = await projectWith().run('tiny', '--together', '4', '--runtime', 'wasm')
  expect(code).toBe(2)
  expect(stderr).toContain('the wasm runtime computes one unit at a time, not 4')
})
