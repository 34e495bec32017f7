import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Artifact } from '../values/artifact.ts'
import { digest } from '../values/digest.ts'
import { float32, uint8 } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { decodeSafetensors, encodeSafetensors, safetensorsMetadata } from '../values/safetensors.ts'
import { readArtifact } from './artifact-file.ts'
import { openStore } from './index.ts'
import type { ArtifactStore, Provenance, Quarantined } from './index.ts'

let root: string
beforeEach(() => (root = join(mkdtempSync(join(tmpdir(), 'store-')), 'store')))
afterEach(() => rmSync(join(root, '..'), { recursive: true }))

const key = digest('a key')
const provenance: Provenance = { document: { seed: 1 }, label: 'a unit', seconds: 2.5, created: '2026-01-01' }
const artifact: Artifact = {
  facts: { loss: 0.25, epochs: [1, 2], note: 'größer' },
  tensors: { w: float32([2, 2], [1, 2, 3, 4]), mask: uint8([3], Uint8Array.of(1, 0, 1)) },
}
const floats = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)
const other: Artifact = { ...artifact, facts: { loss: 0.5 } }
const placeOf = (one: string) => join(root, 'objects', one.slice(0, 2), one)
const file = () => placeOf(key)

function opened() {
  const quarantined: Quarantined[] = []
  return { store: openStore(root, { onQuarantine: (one) => quarantined.push(one) }), quarantined }
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

test('looking into a store that is not there finds nothing and makes nothing', async () => {
  const { store } = opened()
  expect(await store.has(key)).toBe(false)
  expect(await store.read(key)).toBeUndefined()
  expect(await store.facts(key)).toBeUndefined()
  expect(await store.provenance(key)).toBeUndefined()
  expect(await collected(store.list())).toEqual([])
  await store.remove(key)
  expect(existsSync(root)).toBe(false)
})

test('what is published is read back, by any process', async () => {
  expect(await opened().store.publish(key, artifact, provenance)).toBe('committed')
  const { store } = opened()
  expect(await store.has(key)).toBe(true)
  expect(await store.read(key)).toEqual(artifact)
  expect(await store.facts(key)).toEqual(artifact.facts)
  expect(await store.provenance(key)).toEqual(provenance)
  expect(lstatSync(file()).isFile()).toBe(true)
  expect(readFileSync(join(root, 'version'), 'utf8')).toBe('2\n')
  expect(readdirSync(join(root, 'tmp'))).toEqual([])
})

test('a store that is opened to replace keeps the new content, and the old one aside', async () => {
  await opened().store.publish(key, artifact, provenance)
  const store = openStore(root, { replace: true })
  expect(await store.publish(key, artifact, provenance)).toBe('duplicate')
  expect(await store.publish(key, other, provenance)).toBe('replaced')
  expect(await store.facts(key)).toEqual(other.facts)
  const kept = readdirSync(join(root, 'conflicts', key))
  expect(kept).toHaveLength(1)
  expect(readArtifact(join(root, 'conflicts', key, kept[0] ?? ''), key)).toMatchObject(artifact)
  // Back and forth: what lies aside already does not keep it from being replaced.
  expect(await store.publish(key, artifact, provenance)).toBe('replaced')
  expect(await store.publish(key, other, provenance)).toBe('replaced')
  expect(await store.facts(key)).toEqual(other.facts)
})

test('an artifact is one safetensors file, which says what it is of', async () => {
  const { store } = opened()
  await store.publish(key, artifact, provenance)
  expect(decodeSafetensors(readFileSync(file()))).toEqual(artifact.tensors)
  const { facts, provenance: came, ...digests } = safetensorsMetadata(readFileSync(file()))
  expect([facts, came].map((text) => JSON.parse(text ?? '') as unknown)).toEqual([artifact.facts, provenance])
  expect(digests).toMatchObject({ key, data: digest(Uint8Array.from([...floats, 1, 0, 1])) })
  const empty = digest('an artifact without tensors')
  await store.publish(empty, { facts: {}, tensors: {} }, provenance)
  expect(decodeSafetensors(readFileSync(placeOf(empty)))).toEqual({})
  expect(await store.read(empty)).toEqual({ facts: {}, tensors: {} })
})

test('every other byte is found: by verify and by what reads it', async () => {
  await opened().store.publish(key, artifact, provenance)
  const good = readFileSync(file())
  const headerEnd = 8 + Number(good.readBigUInt64LE())
  for (let i = 0; i < good.length; i++) {
    const bad = good.with(i, (good[i] ?? 0) ^ (1 << (i % 8)))
    const reads: ((store: ArtifactStore) => Promise<unknown>)[] = [
      (store) => store.read(key),
      async (store) => ((await collected(store.verify())).length === 1 ? undefined : 'good'),
    ]
    if (i < headerEnd)
      reads.push(
        (store) => store.facts(key),
        (store) => store.provenance(key),
      )
    for (const read of reads) {
      writeFileSync(file(), bad)
      const { store, quarantined } = opened()
      expect(await read(store), `byte ${i}`).toBeUndefined()
      expect(quarantined).toHaveLength(1)
      rmSync(join(root, 'quarantine'), { recursive: true })
    }
  }
})

test('the same content again is a duplicate, whatever its provenance', async () => {
  const { store } = opened()
  await store.publish(key, artifact, provenance)
  expect(await store.publish(key, artifact, { ...provenance, seconds: 9 })).toBe('duplicate')
  expect((await store.provenance(key))?.seconds).toBe(2.5)
})

test('other content for the same key is kept aside; the first stays', async () => {
  const { store } = opened()
  await store.publish(key, artifact, provenance)
  expect(await store.publish(key, other, provenance)).toBe('conflict')
  expect(await store.publish(key, other, provenance)).toBe('conflict')
  expect(await store.read(key)).toEqual(artifact)
  const kept = readdirSync(join(root, 'conflicts', key))
  expect(kept).toHaveLength(1)
  expect(readArtifact(join(root, 'conflicts', key, kept[0] ?? ''), key)).toMatchObject(other)
})

test('many publications of one key at the same time commit once', async () => {
  const stores = Array.from({ length: 8 }, () => opened().store)
  const results = await Promise.all(stores.map((store) => store.publish(key, artifact, provenance)))
  expect(results.filter((result) => result === 'committed')).toHaveLength(1)
  expect(results.filter((result) => result === 'duplicate')).toHaveLength(7)
})

/** What else may have the name of a file. */
const inPlaceOfAFile = {
  'a folder': (file: string) => {
    rmSync(file)
    mkdirSync(file)
  },
  'a link that leads to itself': (file: string) => {
    rmSync(file)
    symlinkSync(basename(file), file)
  },
  'a link that leads nowhere': (file: string) => {
    rmSync(file)
    symlinkSync('nowhere', file)
  },
  'a pipe': (file: string) => {
    rmSync(file)
    execFileSync('mkfifo', [file])
  },
}

const damages: readonly [what: string, damage: (file: string) => void][] = [
  [
    'a flipped bit in the tensors',
    (file) => writeFileSync(file, readFileSync(file).with(-1, (readFileSync(file).at(-1) ?? 0) ^ 1)),
  ],
  ['truncated tensors', (file) => writeFileSync(file, readFileSync(file).subarray(0, -2))],
  ['more data', (file) => appendFileSync(file, 'x')],
  ['changed facts', (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('0.25', '0.26'))],
  ['a torn header', (file) => writeFileSync(file, readFileSync(file).subarray(0, 300))],
  ['a torn length', (file) => writeFileSync(file, readFileSync(file).subarray(0, 7))],
  ['an empty file', (file) => writeFileSync(file, '')],
  ['another safetensors file', (file) => writeFileSync(file, encodeSafetensors(artifact.tensors))],
  ...Object.entries(inPlaceOfAFile),
]

test.each(damages)('%s: set aside, reported, and stored anew', async (_, damage) => {
  const { store, quarantined } = opened()
  await store.publish(key, artifact, provenance)
  damage(file())
  expect(await store.read(key)).toBeUndefined()
  expect(quarantined).toHaveLength(1)
  expect(quarantined[0]).toMatchObject({ key, file: file() })
  expect(quarantined[0]?.movedTo.startsWith(join(root, 'quarantine'))).toBe(true)
  expect(lstatSync(quarantined[0]?.movedTo ?? '', { throwIfNoEntry: false })).toBeDefined()
  expect(quarantined[0]?.expected).not.toBe(quarantined[0]?.found)
  expect(await store.has(key)).toBe(false)
  expect(await store.publish(key, artifact, provenance)).toBe('committed')
  expect(await store.read(key)).toEqual(artifact)
})

test.each(damages)('%s: publishing replaces it', async (_, damage) => {
  const { store, quarantined } = opened()
  await store.publish(key, artifact, provenance)
  damage(file())
  expect(await store.publish(key, artifact, provenance)).toBe('committed')
  expect(quarantined).toHaveLength(1)
  expect(await store.read(key)).toEqual(artifact)
})

test.each(Object.entries(inPlaceOfAFile))(
  '%s in place of an artifact is set aside, again and again',
  async (_, put) => {
    const { store, quarantined } = opened()
    for (let i = 1; i <= 3; i++) {
      await store.publish(key, artifact, provenance)
      put(file())
      expect(await (i === 3 ? store.publish(key, artifact, provenance) : store.facts(key))).toBe(
        i === 3 ? 'committed' : undefined,
      )
      expect(quarantined).toHaveLength(i)
    }
    expect(readdirSync(join(root, 'quarantine'))).toHaveLength(3)
    expect(await store.read(key)).toEqual(artifact)
  },
)

test.each([['an empty file', (file: string) => writeFileSync(file, '')], ...Object.entries(inPlaceOfAFile)])(
  '%s in place of the version is replaced',
  async (_, put) => {
    await opened().store.publish(key, artifact, provenance)
    const file = join(root, 'version')
    put(file)
    const { store } = opened()
    expect(await store.read(key)).toEqual(artifact)
    await store.publish(digest('another'), artifact, provenance)
    expect(readFileSync(file, 'utf8')).toBe('2\n')
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  },
)

test('remembered facts are read once, as long as the artifact is the same one', async () => {
  await opened().store.publish(key, artifact, provenance)
  const store = openStore(root, { remember: true })
  const facts = await store.facts(key)
  expect(facts).toEqual(artifact.facts)
  // The very same value, as it was not read again.
  expect(await store.facts(key)).toBe(facts)
  // Another process replaces it.
  await openStore(root, { replace: true }).publish(key, other, provenance)
  expect(await store.facts(key)).toEqual(other.facts)
  expect(await store.read(key)).toEqual(other)
  appendFileSync(file(), 'x')
  expect(await store.read(key)).toBeUndefined()
  expect(await store.facts(key)).toBeUndefined()
  await store.publish(key, artifact, provenance)
  expect(await store.facts(key)).toEqual(artifact.facts)
  await store.remove(key)
  expect(await store.facts(key)).toBeUndefined()
})

test('facts are read without tensors, and verified', async () => {
  const { store, quarantined } = opened()
  await store.publish(key, artifact, provenance)
  const bytes = readFileSync(file())
  truncateSync(file(), bytes.length - 1)
  expect(await store.facts(key)).toEqual(artifact.facts)
  expect(await store.provenance(key)).toEqual(provenance)
  writeFileSync(file(), bytes.toString('latin1').replace('0.25', '0.26'), 'latin1')
  expect(await store.facts(key)).toBeUndefined()
  expect(quarantined).toHaveLength(1)
})

test('an artifact in the wrong place is not taken for another', async () => {
  const { store, quarantined } = opened()
  await store.publish(key, artifact, provenance)
  const wrong = digest('another key')
  mkdirSync(join(placeOf(wrong), '..'))
  cpSync(file(), placeOf(wrong))
  expect(await store.facts(wrong)).toBeUndefined()
  expect(quarantined[0]).toMatchObject({ expected: wrong, found: key })
  expect(await store.facts(key)).toEqual(artifact.facts)
})

test('the same key can be set aside again and again', async () => {
  const { store, quarantined } = opened()
  for (let i = 0; i < 3; i++) {
    await store.publish(key, artifact, provenance)
    writeFileSync(file(), 'damaged')
    await store.facts(key)
  }
  expect(new Set(quarantined.map(({ movedTo }) => movedTo)).size).toBe(3)
})

test('the whole store can be listed, verified and cleaned', async () => {
  const { store, quarantined } = opened()
  const keys = Array.from({ length: 5 }, (_, i) => digest(`${i}`))
  for (const one of keys) await store.publish(one, artifact, { ...provenance, label: one })
  const listed = await collected(store.list())
  expect(listed.map((one) => one.key)).toEqual([...keys].sort())
  for (const one of listed) {
    expect(one.provenance.label).toBe(one.key)
    expect(one.bytes).toBeGreaterThan(300)
  }
  expect(await collected(store.verify())).toEqual([])
  const [first, second, third] = [...keys].sort()
  appendFileSync(placeOf(first ?? ''), 'x')
  truncateSync(placeOf(second ?? ''), 100)
  const bad = await collected(store.verify())
  expect(bad.map((one) => one.key)).toEqual([first, second])
  expect(quarantined).toEqual(bad)
  if (third !== undefined) await store.remove(third)
  expect((await collected(store.list())).map((one) => one.key)).toEqual([...keys].sort().slice(3))
  expect(readdirSync(join(root, 'tmp'))).toEqual([])
})

test('an earlier or later format is refused, with the folder and what to do', async () => {
  await opened().store.publish(key, artifact, provenance)
  for (const version of ['1', '3']) {
    writeFileSync(join(root, 'version'), `${version}\n`)
    let problem: unknown
    try {
      openStore(root)
    } catch (error) {
      problem = error
    }
    expect(problem).toBeInstanceOf(Problem)
    expect(problem).toMatchObject({
      kind: 'infrastructure',
      message: `The store ${root} has format version "${version}"; this program knows version 2.`,
      hint: expect.stringMatching(
        /Remove or rename that folder .*choose another one with --store/,
      ) as unknown,
    })
  }
})

test('what dead processes left is removed at opening; what living ones write is not', async () => {
  await opened().store.publish(key, artifact, provenance)
  // no process has this number: it is above every system's limit
  const dead = 2 ** 30
  const names = {
    dead: `${dead}.abc.${hostname()}`,
    alive: `${process.pid}.abc.${hostname()}`,
    justDied: `${dead}.abd.${hostname()}`,
    elsewhere: `${dead}.abc.another-machine`,
    old: `${dead}.abd.another-machine`,
  }
  for (const name of Object.values(names)) writeFileSync(join(root, 'tmp', name), '{')
  const now = Date.now() / 1000
  const anHourAgo = now - 60 * 60
  const twoDaysAgo = now - 48 * 60 * 60
  for (const name of [names.dead, names.alive, names.elsewhere])
    utimesSync(join(root, 'tmp', name), anHourAgo, anHourAgo)
  utimesSync(join(root, 'tmp', names.old), twoDaysAgo, twoDaysAgo)
  openStore(root)
  expect(readdirSync(join(root, 'tmp')).sort()).toEqual([names.alive, names.justDied, names.elsewhere].sort())
})

test('a store that cannot be written is a problem that says where, why and what to do', async () => {
  mkdirSync(root)
  writeFileSync(join(root, 'objects'), 'a file where a folder should be')
  const problem = await opened()
    .store.publish(key, artifact, provenance)
    .catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(Problem)
  expect(problem).toMatchObject({
    kind: 'infrastructure',
    message: expect.stringContaining(`EEXIST at ${join(root, 'objects')}`) as unknown,
    hint: expect.stringMatching(/another store folder/) as unknown,
  })
})

test('facts that JSON cannot say are refused, and leave nothing behind', async () => {
  const { store } = opened()
  await expect(store.publish(key, { facts: { loss: NaN }, tensors: {} }, provenance)).rejects.toThrow(
    'NaN has no JSON form',
  )
  expect(await store.has(key)).toBe(false)
  expect(readdirSync(join(root, 'tmp'))).toEqual([])
})

test('an artifact that is taken away while it is read is not there', async () => {
  const { store, quarantined } = opened()
  await store.publish(key, artifact, provenance)
  renameSync(file(), join(root, 'elsewhere'))
  expect(await store.read(key)).toBeUndefined()
  expect(quarantined).toEqual([])
})

test('what is no key reaches no file', async () => {
  const { store, quarantined } = opened()
  await store.publish(key, artifact, provenance)
  mkdirSync(join(root, '..', 'precious'))
  for (const wrong of ['../../precious', '../../../precious', key.toUpperCase(), '']) {
    await expect(store.facts(wrong as typeof key)).rejects.toThrow('is not a key')
    await expect(store.remove(wrong as typeof key)).rejects.toThrow('is not a key')
  }
  expect(quarantined).toEqual([])
  expect(existsSync(join(root, '..', 'precious'))).toBe(true)
})

test('what is not there can be removed, and other names among the artifacts are passed over', async () => {
  const { store } = opened()
  await store.remove(key)
  await store.publish(key, artifact, provenance)
  const shard = join(root, 'objects', key.slice(0, 2))
  for (const name of [`${key}.old`, `a${key}`, 'notes.txt']) writeFileSync(join(shard, name), '')
  expect((await collected(store.list())).map((one) => one.key)).toEqual([key])
  expect(await collected(store.verify())).toEqual([])
})

test('what dead processes left of durations is removed at opening, in a store that is one', async () => {
  const left = join(root, 'durations', `.${2 ** 30}.abc.${hostname()}.partial`)
  mkdirSync(join(root, 'durations'), { recursive: true })
  writeFileSync(left, '')
  utimesSync(left, 0, 0)
  openStore(root)
  expect(existsSync(left)).toBe(true)
  await opened().store.publish(key, artifact, provenance)
  openStore(root)
  expect(existsSync(left)).toBe(false)
})

test('an artifact that cannot be looked at is a problem of the machine, not one that is not there', async () => {
  const { store } = opened()
  await store.publish(key, artifact, provenance)
  renameSync(join(root, 'objects'), join(root, 'elsewhere'))
  symlinkSync('objects', join(root, 'objects'))
  await expect(store.has(key)).rejects.toThrow(/^Cannot read the artifact .*ELOOP/)
  writeFileSync(join(root, 'file'), '')
  expect(await openStore(join(root, 'file', 'store')).has(key)).toBe(false)
})
