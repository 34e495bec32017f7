import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunEvent } from '../execute/index.ts'
import { listRuns, openJournal, openStore, type ArtifactStore } from '../store/index.ts'
import { digest } from '../values/digest.ts'
import { float32 } from '../values/host-tensor.ts'
import { cacheCommand } from './commands/cache.ts'
import type { Environment } from './environment.ts'
import { findGarbage } from './garbage.ts'
import { forgetEarlierReruns, type Beginning } from './recorded-runs.ts'

let root: string
let store: ArtifactStore
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'garbage-')), 'store')
  store = openStore(root)
})
afterEach(() => rmSync(join(root, '..'), { recursive: true }))

const keyOf = (name: string) => digest(name)

async function stored(name: string, inputs: readonly string[] = [], created = '2026-01-01'): Promise<void> {
  const document = { inputs: Object.fromEntries(inputs.map((input) => [input, keyOf(input)])) }
  await store.publish(
    keyOf(name),
    { facts: { name }, tensors: { w: float32([100], new Float32Array(100)) } },
    { document, label: name, seconds: 1, created },
  )
}

let runs = 0
/** A run of one cell, made of some units, that computed others; so many days old. */
function ran(
  units: readonly string[],
  { computed = [] as readonly string[], days = 0, finished = true } = {},
) {
  const id = `run-${String(++runs).padStart(4, '0')}`
  const journal = openJournal<RunEvent | Beginning>(root, id)
  const cell = { id: 'a cell', units: Object.fromEntries(units.map((unit) => [unit, keyOf(unit)])) }
  journal.append({ type: 'run', identity: { suite: 'tiny' } as Beginning['identity'], cells: [cell] })
  for (const unit of computed)
    journal.append({ type: 'unit-finished', key: keyOf(unit), seconds: 1, published: 'committed' })
  if (finished) journal.append({ type: 'run-finished', seconds: Math.random(), cancelled: false })
  journal.close()
  const time = Date.now() / 1000 - days * 86_400
  utimesSync(join(root, 'runs', `${id}.ndjson`), time, time)
  return id
}

async function gc(options: Readonly<Record<string, string | boolean>> = {}) {
  let printed = ''
  const stdout = { write: (text: string) => (printed += text) } as unknown as Environment['stdout']
  const env: Environment = { cwd: root, root, env: {}, stdout, stderr: stdout }
  const code = await cacheCommand.run({ positionals: ['gc'], options: { store: root, ...options } }, env)
  return { code, printed }
}

async function names(): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { provenance } of store.list()) found.push(provenance.label)
  return found.sort()
}

test('what a recorded run is made from stays, inputs of inputs included', async () => {
  await stored('init')
  await stored('mask', ['init'])
  await stored('train', ['mask'])
  await stored('orphan', ['init'])
  await stored('checkpoint of a killed run')
  await stored('just stored', [], new Date().toISOString())
  ran(['train'])
  ran(['not yet'], { computed: ['checkpoint of a killed run'], finished: false })
  mkdirSync(join(root, 'quarantine', 'x'), { recursive: true })
  writeFileSync(join(root, 'quarantine', 'x', 'facts.json'), 'x'.repeat(1000))

  const shown = await gc()
  expect(shown.code).toBe(0)
  expect(shown.printed).toMatch(
    /2 recorded runs\n6 artifacts: .*\n {2}needed by recorded runs: 5, .*\n {2}not needed: 1, /,
  )
  expect(shown.printed).toMatch(/nothing was removed: --yes removes /)
  expect(await names()).toHaveLength(6)

  expect((await gc({ yes: true })).printed).toMatch(/removed /)
  expect(await names()).toEqual(['checkpoint of a killed run', 'init', 'just stored', 'mask', 'train'])
  expect(existsSync(join(root, 'quarantine'))).toBe(false)
  expect(listRuns(root)).toHaveLength(2)
  expect((await gc({ yes: true })).printed).toMatch(/there is nothing to remove/)
})

test('old runs are forgotten with what only they need', async () => {
  for (const name of ['shared', 'old', 'new']) await stored(name)
  const old = ran(['shared', 'old'], { days: 40 })
  ran(['shared', 'new'], { days: 2 })
  const { printed } = await gc({ 'older-than': '30d' })
  expect(printed).toMatch(/2 recorded runs, 1 to be forgotten/)
  await gc({ 'older-than': '30d', yes: true })
  expect(await names()).toEqual(['new', 'shared'])
  expect(listRuns(root)).not.toContain(old)
})

test('the oldest runs are forgotten until the others fit; the newest always stays', async () => {
  for (const name of ['a', 'b', 'c']) await stored(name)
  for (const [i, name] of ['a', 'b', 'c'].entries()) ran([name], { days: 3 - i })
  const { artifacts } = await findGarbage(root, store, {})
  const each = artifacts.bytes / 3
  const fits = (maxBytes: number) => findGarbage(root, store, { maxBytes })
  expect((await fits(3 * each)).forgotten).toEqual([])
  expect((await fits(2.5 * each)).unreachable.keys).toEqual([keyOf('a')])
  expect((await fits(1)).unreachable.keys.toSorted()).toEqual(['a', 'b'].map(keyOf).sort())
  await gc({ 'max-size': '1kB', yes: true })
  expect(await names()).toEqual(['c'])
})

test('a store without a recorded run loses nothing', async () => {
  await stored('a')
  await expect(gc({ yes: true })).rejects.toThrow(/1 artifact and no recorded run/)
  expect(await names()).toEqual(['a'])
  await expect(gc({ 'max-size': 'much' })).rejects.toThrow(/--max-size is "much", not a size/)
})

test('journals of reruns that compute nothing are replaced by the last one', () => {
  const computing = ran(['a'], { computed: ['a'] })
  const other = ran(['b'])
  for (let i = 0; i < 5; i++) forgetEarlierReruns(root, ran(['a']))
  const cut = ran(['a'], { finished: false })
  forgetEarlierReruns(root, cut)
  const last = ran(['a'])
  forgetEarlierReruns(root, last)
  expect(listRuns(root)).toEqual([computing, other, cut, last])
  expect(readdirSync(join(root, 'runs'))).toHaveLength(4)
})
