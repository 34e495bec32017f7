import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseResults } from '../results/index.ts'
import { openStore } from '../store/index.ts'
import type { JsonObject } from '../values/json.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

const cell = 'random s=50% k=0 seed=1'
const own = ['tiny', '-t', cell]

let project: Project
let right: number

const cellOf = () => {
  const { cells } = parseResults(
    readFileSync(join(project.folder, 'reports/tiny/default/glyphs/results.json'), 'utf8'),
  )
  return cells.find(({ id }) => id === cell) ?? expect.fail()
}
const correct = () => cellOf().accuracy.last?.correct

/** As if the computation, of the same key, had come to something else when it was stored. */
async function alterStored(): Promise<void> {
  const store = openStore(join(project.folder, '.prune-bench'))
  for await (const { key, provenance } of store.list()) {
    if (provenance.label !== `train ${cell}`) continue
    const artifact = (await store.read(key)) ?? expect.fail()
    const last = artifact.facts.last as JsonObject
    await store.remove(key)
    await store.publish(
      key,
      { ...artifact, facts: { ...artifact.facts, last: { ...last, correct: 1 } } },
      provenance,
    )
  }
}

beforeAll(async () => {
  project = makeProject()
  project.write('suites/tiny.suite.ts', tinySuite())
  expect((await project.run(...own)).code).toBe(0)
  right = correct() ?? expect.fail()
}, 120_000)
afterAll(() => project.remove())

test('a recomputed result that differs fails the run, names unit and cell, and the stored one stays', async () => {
  await alterStored()
  const { code, stderr } = await project.run(...own, '--seed', '1', '--store', '.prune-bench', '--force')
  expect(code).toBe(1)
  expect(stderr).toContain(
    `1 unit gave another result than the stored one of the same key:\n  train ${cell}\n`,
  )
  expect(stderr).toContain(`This cell is made from it:\n  ${cell}\n`)
  expect(stderr).toContain('not deterministic')
  const same = 'tiny --seed 1 --store .prune-bench'
  expect(stderr).toContain(`prune-bench ${same} -t "${cell}" --force --replace\n`)
  expect(stderr).toContain(`prune-bench cache forget ${same} "${cell}"\n`)
  expect(correct()).toBe(1)
})

test('a result that differs from the stored one is not accepted as the baseline', async () => {
  const { code, stdout } = await project.run(...own, '--force', '--update')
  expect(code).toBe(1)
  expect(stdout).toContain('nothing was accepted, as stored results differ from those computed again\n')
  expect(existsSync(join(project.folder, 'suites/tiny.baseline.json'))).toBe(false)
})

test('--replace keeps the new one, and nothing differs afterwards', async () => {
  const { code, stderr } = await project.run(...own, '--force', '--replace')
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stderr).toContain('The new results have replaced the stored ones')
  expect(correct()).toBe(right)
  const again = await project.run(...own, '--force')
  expect(again.code).toBe(0)
  expect(again.stderr).not.toContain('another result')
  const alone = await project.run(...own, '--replace')
  expect(alone.code).toBe(2)
})

test('cache forget removes all that a cell is made from, and names the others that lose by it', async () => {
  const unnamed = await project.run('cache', 'forget', 'tiny')
  expect(unnamed.code).toBe(2)
  const { code, stdout } = await project.run('cache', 'forget', 'tiny', cell)
  expect(code).toBe(0)
  expect(stdout).toContain(`artifacts of 1 cell removed: ${cell}\n`)
  // They begin with the same initial weights.
  expect(stdout).toMatch(/also results of \d other cells: unpruned s=0% k=0 seed=1/)
  expect((await project.run(...own)).stdout).toMatch(/6 units computed, 0 from the store/)
  expect(correct()).toBe(right)
})
