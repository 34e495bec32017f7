import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Unit } from '../plan/types.ts'
import { openStore } from '../store/index.ts'
import type { Checkpoint } from '../store/index.ts'
import type { UnitProgress } from '../units/types.ts'
import type { Artifact } from '../values/artifact.ts'
import type { Dataset } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { float32 } from '../values/host-tensor.ts'
import { artifactCache } from './artifact-cache.ts'
import { bindData } from './bind-data.ts'
import { createCompany } from './company.ts'
import { BadInput, unitContext } from './unit-context.ts'
import { workerResources } from './worker-resources.ts'
import type { DatasetRequest, Runtime } from './worker-resources.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'unit-context-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const artifact: Artifact = { facts: { a: 1 }, tensors: { w: float32([2], [1, 2]) } }
const identity = (name: string) => ({ name, digest: digest(name) })
const data = { ...identity('mine'), train: 10, test: 5 }

const examples = (pixel: number) => ({
  count: 1,
  images: Uint8Array.of(pixel),
  labels: Uint8Array.of(0),
})

function unitWith(document: Partial<Unit<'train'>['document']>): Unit {
  return {
    key: digest('unit'),
    kind: 'train',
    label: 'a unit',
    weight: 1,
    document: {
      schema: 1,
      kind: 'train',
      settings: {} as Unit<'train'>['document']['settings'],
      inputs: {},
      plugins: {},
      data: null,
      engine: null,
      seed: null,
      ...document,
    },
  }
}

function surroundings(plugins: Readonly<Record<string, string>> = {}) {
  const made = Object.entries(plugins).map(([path, source]) => {
    const [kind = '', name = ''] = path.split('/')
    const file = join(folder, `${kind}-${name}.mjs`)
    writeFileSync(file, source)
    return { kind: kind as 'model' | 'criterion' | 'dataset', name, file }
  })
  const log: unknown[] = []
  const resources = workerResources(
    {
      store: folder,
      plugins: made,
      runtime: { runtime: 'cpu', device: 'cpu', threads: 1 },
      project: folder,
      data: { userFolder: null, cacheFolder: folder },
    },
    openStore(join(folder, 'store')),
    {
      runtime(choice) {
        log.push(choice)
        if (log.length === 1) return Promise.reject(new Error('not yet'))
        return Promise.resolve({ made: log.length } as unknown as Runtime)
      },
      dataset(request: DatasetRequest) {
        log.push(request)
        return Promise.resolve({
          name: request.name,
          train: examples(log.length),
          test: examples(1),
        } as Dataset)
      },
    },
    createCompany(),
  )
  const progress: UnitProgress[] = []
  const kept = new Map<string, Checkpoint>()
  const store = {
    read: (key: string) => Promise.resolve(key === digest('there') ? artifact : undefined),
    checkpoints: {
      read: (key: string) => Promise.resolve(kept.get(key)),
      save: (key: string, checkpoint: Checkpoint) => Promise.resolve(void kept.set(key, checkpoint)),
    },
  }
  const resumed: object[] = []
  const begin = performance.now()
  const around = {
    store,
    cache: artifactCache(1000),
    resources,
    spent: () => (performance.now() - begin) / 1000,
    onProgress: (one: UnitProgress) => progress.push(one),
    onResumed: (one: object) => resumed.push(one),
  }
  return { around, log, progress, kept, resumed }
}

test('an input is read by its role; one that is not there is named', async () => {
  const unit = unitWith({ inputs: { init: digest('there'), mask: digest('gone') } })
  const live = unitContext(unit, surroundings().around)
  expect(await live.context.input('init')).toBe(artifact)
  expect(live.badInput()).toBeUndefined()
  await expect(live.context.input('mask')).rejects.toThrow(BadInput)
  expect(live.badInput()).toBe(digest('gone'))
  await expect(live.context.input('weights')).rejects.toThrow('has no input "weights"')
})

test('plugins are the default exports of their bundles and must be of their kind', async () => {
  const { around } = surroundings({
    'model/net': `export default { kind: 'model', summary: 'a net' }`,
    'criterion/snip': `export default { kind: 'criterion', summary: 'a criterion' }`,
    'criterion/anneal': `export default { kind: 'search', summary: 'a search' }`,
    'criterion/empty': `export const x = 1`,
  })
  const plugins = { model: identity('net'), criterion: identity('snip'), search: identity('anneal') }
  const { context } = unitContext(unitWith({ plugins }), around)
  expect(await context.model()).toMatchObject({ summary: 'a net' })
  expect(await context.criterion()).toMatchObject({ summary: 'a criterion' })
  expect(await context.search()).toMatchObject({ summary: 'a search' })
  const other = unitContext(
    unitWith({ plugins: { search: identity('snip'), criterion: identity('empty') } }),
    around,
  )
  await expect(other.context.search()).rejects.toThrow('"snip" was not made with defineSearch')
  await expect(other.context.criterion()).rejects.toThrow('has no default export')
  await expect(other.context.model()).rejects.toThrow('has no model')
})

test('the runtime is made once, and again only after a failure', async () => {
  const { around, log } = surroundings()
  const { context } = unitContext(unitWith({}), around)
  await expect(context.runtime()).rejects.toThrow('not yet')
  const runtime = await context.runtime()
  expect(await context.runtime()).toBe(runtime)
  expect(log).toHaveLength(2)
})

test("a data set is loaded once, from the user's source where there is one, never from the network", async () => {
  const { around, log } = surroundings({
    'dataset/mine': `export default { kind: 'dataset', summary: 'my own' }`,
  })
  const load = () => unitContext(unitWith({ data }), around).context.dataset()
  expect(await load()).toBe(await load())
  expect(log).toEqual([
    {
      ...data,
      source: expect.objectContaining({ summary: 'my own' }) as unknown,
      access: { userFolder: undefined, cacheFolder: folder, download: 'never' },
    },
  ])
  await unitContext(unitWith({ data: { ...data, name: 'glyphs' } }), around).context.dataset()
  expect(log[1]).toMatchObject({ name: 'glyphs', source: undefined })
  await expect(unitContext(unitWith({}), around).context.dataset()).rejects.toThrow('has no data set')
})

test('a data set with other content than the store is bound to fails its units', async () => {
  const { around } = surroundings({ 'dataset/mine': `export default { kind: 'dataset' }` })
  await bindData(openStore(join(folder, 'store')), data, { train: examples(9), test: examples(1) })
  const { context } = unitContext(unitWith({ data }), around)
  await expect(context.dataset()).rejects.toThrow('the data set mine has other content')
})

test('progress after the end of the unit is not told', () => {
  const { around, progress } = surroundings()
  const live = unitContext(unitWith({}), around)
  live.context.progress({ done: 1, total: 2 })
  live.context.progress({ done: 2, total: 2, note: 'all' })
  live.close()
  live.context.progress({ done: 2, total: 2 })
  expect(progress).toEqual([
    { done: 1, total: 2 },
    { done: 2, total: 2, note: 'all' },
  ])
})

test('a unit goes on from what it saved itself, and its seconds go on, too', async () => {
  const { around, kept, resumed } = surroundings()
  const unit = unitWith({})
  expect(await unitContext(unit, around).context.checkpoint()).toBeUndefined()
  const first = unitContext(unit, around)
  await first.context.saveCheckpoint(Uint8Array.of(1, 2))
  expect([...kept.keys()]).toEqual([unit.key])
  const saved = kept.get(unit.key) as Checkpoint
  expect(saved).toMatchObject({ content: Uint8Array.of(1, 2), label: 'a unit' })
  expect(saved.seconds).toBeGreaterThan(0)
  first.close()
  await first.context.saveCheckpoint(Uint8Array.of(3))
  expect(kept.get(unit.key)).toBe(saved)

  kept.set(unit.key, { ...saved, seconds: 1000 })
  const second = unitContext(unit, around)
  expect(await second.context.checkpoint()).toEqual(Uint8Array.of(1, 2))
  expect(second.seconds()).toBeGreaterThanOrEqual(1000)
  second.context.progress({ done: 5, total: 9 })
  second.context.progress({ done: 6, total: 9 })
  expect(resumed).toEqual([{ done: 5, total: 9, saved: saved.saved }])
  expect(await unitContext({ ...unit, key: digest('other') }, around).context.checkpoint()).toBeUndefined()
})

test('a unit that cannot use its checkpoint and begins at 0 is not said to go on', async () => {
  const { around, kept, resumed, progress } = surroundings()
  const unit = unitWith({})
  await unitContext(unit, around).context.saveCheckpoint(Uint8Array.of(1))
  kept.set(unit.key, { ...(kept.get(unit.key) as Checkpoint), seconds: 1000 })
  const live = unitContext(unit, around)
  const { context } = live
  await context.checkpoint()
  context.progress({ done: 0, total: 2 })
  context.progress({ done: 2, total: 2 })
  expect(live.seconds()).toBeLessThan(1000)
  expect(resumed).toEqual([])
  expect(progress).toHaveLength(2)
})

test('the cache keeps the most recently used artifacts up to its size', async () => {
  const cache = artifactCache(16)
  const reads: string[] = []
  const get = (name: string) =>
    cache.get(digest(name), () => {
      reads.push(name)
      return Promise.resolve(artifact)
    })
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await get(name)
  // each has 8 bytes: c pushed b out, as a had been used since
  expect(reads).toEqual(['a', 'b', 'c', 'b'])
  expect(await cache.get(digest('none'), () => Promise.resolve(undefined))).toBeUndefined()
})
