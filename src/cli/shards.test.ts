import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseResults, withoutTimes } from '../results/index.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

const projects: Project[] = []

function project(suite = tinySuite()): Project {
  const made = makeProject()
  made.write('suites/tiny.suite.ts', suite)
  projects.push(made)
  return made
}

const resultsOf = ({ folder }: Project) =>
  parseResults(readFileSync(join(folder, 'reports', 'tiny', 'default', 'glyphs', 'results.json'), 'utf8'))

let whole: Project
let shards: readonly [Project, Project]

beforeAll(async () => {
  whole = project()
  shards = [project(), project()]
  const [one, ...parts] = await Promise.all([
    whole.run('tiny'),
    ...shards.map((shard, i) => shard.run('tiny', '--shard', `${i + 1}/2`)),
  ])
  expect(one).toMatchObject({ code: 0 })
  for (const part of parts) expect(part).toMatchObject({ code: 0, stderr: expect.anything() as string })
})

afterAll(() => {
  for (const made of projects) made.remove()
})

test('two shards on two processes, merged, are the results of one run but for times', async () => {
  const merged = project()
  const { code, stdout, stderr } = await merged.run('merge', 'tiny', ...shards.map(({ folder }) => folder))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(withoutTimes(resultsOf(merged))).toEqual(withoutTimes(resultsOf(whole)))
  expect(stdout).toContain('baseline')
  expect(existsSync(join(merged.folder, 'reports', 'tiny', 'default', 'glyphs', 'index.html'))).toBe(true)
  // The store is whole, too.
  expect((await merged.run('tiny')).stdout).toContain('nothing was recomputed')
})

test('each shard runs its own cells, says so, and judges nothing', async () => {
  const cells = shards.map((shard) => resultsOf(shard).cells.map(({ id }) => id))
  expect(cells.map(({ length }) => length)).toEqual([5, 5])
  expect(new Set(cells.flat()).size).toBe(10)
  const { stdout } = await shards[0].run('tiny', '--shard', '1/2')
  expect(stdout).toContain('Shard 1 of 2: 5 of 10 cells.')
  expect(stdout).not.toContain('baseline')
  const plan = await shards[1].run('plan', 'tiny', '--shard', '2/2', '--json')
  const planned = (JSON.parse(plan.stdout) as { cells: { id: string; missing: number }[] }).cells
  expect(planned.map(({ id }) => id).sort()).toEqual([...(cells[1] ?? [])].sort())
  expect(planned.every(({ missing }) => missing === 0)).toBe(true)
})

test('a shard that another one ran before is cut as if it had not', async () => {
  const one = project()
  await one.run('tiny', '--shard', '1/2')
  const first = resultsOf(one).cells
  await one.run('tiny', '--shard', '2/2')
  const second = resultsOf(one).cells
  expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(10)
})

test('what a whole run measured is what shards are cut by', async () => {
  const file = join(whole.folder, '.prune-bench', 'durations', 'tiny.default.json')
  const measured = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
  expect(Object.keys(measured)).toContain('train snip s=50% k=0 seed=1')
  const slow = { ...measured, 'train snip s=50% k=0 seed=1': 1000 }
  whole.write('.prune-bench/durations/tiny.default.json', JSON.stringify(slow))
  const plan = await whole.run('plan', 'tiny', '--shard', '1/2', '--json')
  const { cells } = JSON.parse(plan.stdout) as { cells: { id: string }[] }
  expect(cells.map(({ id }) => id)).toEqual(['snip s=50% k=0 seed=1'])
})

test('what is no shard, is not there, or is of another suite is refused', async () => {
  const other = project(tinySuite().replace('epochs: 1', 'epochs: 2'))
  expect((await other.run('tiny', '--shard', '2/2')).code).toBe(0)
  const at = project()
  const merge = async (...folders: string[]) => {
    const { code, stderr } = await at.run('merge', 'tiny', ...folders)
    return { code, stderr: stderr.split('\n')[0] ?? '' }
  }
  const [a, b] = shards.map(({ folder }) => folder) as [string, string]
  expect(await merge(a)).toEqual({ code: 2, stderr: 'error: of 2 shards, 2 is missing' })
  expect((await merge(a, a)).stderr).toContain('shard 1/2 is there twice')
  expect((await merge(a, other.folder)).stderr).toContain('training.epochs is 1 in')
  expect((await merge(a, whole.folder)).stderr).toContain('holds the results of a whole run')
  expect((await merge(a, join(b, 'nowhere'))).stderr).toMatch(/there is no .*nowhere/)
  cpSync(join(b, 'reports'), join(at.folder, 'copy', 'reports'), { recursive: true })
  expect((await merge(a, 'copy')).stderr).toContain('there is no copy/.prune-bench')
  rmSync(join(at.folder, 'copy'), { recursive: true })
  expect(await at.run('tiny', '--shard', '3/2')).toMatchObject({ code: 2 })
  expect((await at.run('tiny', '--shard', '1/2', '--update')).code).toBe(2)
})

test('more shards than cells: some have nothing to do, and all together are the run', async () => {
  const suite = tinySuite()
    .replace("['random', 'snip']", "['random']")
    .replace('[0.5, 0.9]', '[0.5]')
    .replace('[1, 2]', '[1]')
  const parts = [project(suite), project(suite), project(suite)]
  const ended = await Promise.all(parts.map((part, i) => part.run('tiny', '--shard', `${i + 1}/3`)))
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(parts.map((part) => resultsOf(part).cells.length).sort()).toEqual([0, 1, 1])
  const merged = project(suite)
  const { code, stderr } = await merged.run('merge', 'tiny', ...parts.map(({ folder }) => folder))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(resultsOf(merged).cells.map(({ status }) => status)).toEqual(['ok', 'ok'])
})
