import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Results } from '../results/index.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

let project: Project
beforeAll(() => {
  project = makeProject()
  project.write('suites/tiny.suite.ts', tinySuite("criteria: ['random'], sparsities: [0.5], seeds: [1],"))
})
afterAll(() => project.remove())

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .sort()

test('artifacts that only the report or the export reads are computed again in the same run', async () => {
  const first = await project.run('suites/tiny.suite.ts')
  expect(first.code, first.stderr).toBe(0)
  const report = join(project.folder, 'reports', 'tiny')
  const results = filesIn(report).find((file) => file.endsWith('results.json')) ?? ''
  const networks = filesIn(report).filter((file) => file.includes('networks'))
  const before = networks.map((file) => readFileSync(file))
  expect(networks.length).toBeGreaterThan(2)
  const { cells } = JSON.parse(readFileSync(results, 'utf8')) as Results
  const [unpruned, pruned] = [
    cells.find(({ point }) => point.control),
    cells.find(({ point }) => !point.control),
  ]
  const artifact = (key = '') => join(project.folder, '.prune-bench', 'objects', key.slice(0, 2), key)

  // A network's weights, another network's in whose place is a folder, a mask, the times of a unit, the version.
  const [weights, folder, mask] = [unpruned?.units.train, pruned?.units.train, pruned?.units.mask].map(
    artifact,
  ) as [string, string, string]
  truncateSync(weights, readFileSync(weights).length - 8)
  rmSync(folder)
  mkdirSync(folder)
  rmSync(mask)
  symlinkSync(basename(mask), mask)
  writeFileSync(artifact(pruned?.units.init), '')
  writeFileSync(join(project.folder, '.prune-bench', 'version'), '')
  for (const file of networks) rmSync(file)

  const again = await project.run('suites/tiny.suite.ts')
  expect(again.code, again.stderr).toBe(0)
  expect(again.stderr.match(/damaged in the store/g)).toHaveLength(4)
  expect(filesIn(report).filter((file) => file.includes('networks'))).toEqual(networks)
  expect(networks.map((file) => readFileSync(file))).toEqual(before)
  expect(readFileSync(join(project.folder, '.prune-bench', 'version'), 'utf8')).toBe('2\n')
  expect(readdirSync(join(project.folder, '.prune-bench', 'quarantine'))).toHaveLength(4)

  const third = await project.run('suites/tiny.suite.ts')
  expect(third.code).toBe(0)
  expect(third.stderr).not.toContain('damaged')
  expect((await project.run('cache', 'verify')).code).toBe(0)
})
