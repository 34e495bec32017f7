import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

// ONNX Runtime would leave an identifier and a database of events there, by all that starts it: workers, exports, probes.

const home = mkdtempSync(join(tmpdir(), 'prune-bench-home-'))
let project: Project
beforeAll(() => {
  project = makeProject({ HOME: home })
  project.write('suites/tiny.suite.ts', tinySuite())
})
afterAll(() => {
  project.remove()
  rmSync(home, { recursive: true })
})

test.each([
  ['a run', ['tiny']],
  ['an export, which runs what it wrote', ['export', 'tiny', 'snip 90% seed=1']],
  ['doctor, which starts every engine', ['doctor', '--ops']],
])('%s leaves nothing in a fresh home', async (_, args) => {
  const { code, stderr } = await project.run(...args)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(readdirSync(home, { recursive: true })).toEqual([])
})
