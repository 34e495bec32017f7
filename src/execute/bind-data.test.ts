import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../store/index.ts'
import { digest } from '../values/digest.ts'
import { bindData, mergeBindings } from './bind-data.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bind-data-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const identity = { name: 'mine', digest: digest('claimed'), train: 2, test: 1 }
const examples = (...pixels: number[]) => ({
  count: pixels.length,
  images: Uint8Array.from(pixels),
  labels: new Uint8Array(pixels.length),
})
const data = { train: examples(1, 2), test: examples(3) }
const storeAt = (name: string) => openStore(join(folder, name))

test('the first content of a claim stays, for every process that opens the store', async () => {
  await bindData(storeAt('a'), identity, data)
  await bindData(storeAt('a'), identity, data)
  for (const other of [
    { ...data, train: examples(1, 9) },
    { ...data, train: { ...data.train, labels: Uint8Array.of(0, 1) } },
    { ...data, test: examples(9) },
  ]) {
    await expect(bindData(storeAt('a'), identity, other)).rejects.toThrow(
      'the data set mine has other content',
    )
  }
})

test('another digest, another size, other splits and another store are claims of their own', async () => {
  await bindData(storeAt('a'), identity, data)
  const other = { train: examples(7, 8), test: examples(9) }
  await bindData(storeAt('a'), { ...identity, digest: digest('another') }, other)
  await bindData(storeAt('a'), { ...identity, train: 1 }, { ...other, train: examples(7) })
  await bindData(storeAt('a'), { ...identity, split: 'stratified' }, other)
  await bindData(storeAt('b'), identity, other)
})

test('of two processes that bind at the same time one wins, and the other is told', async () => {
  const ends = await Promise.allSettled(
    [1, 2, 3, 4].map((pixel) => bindData(storeAt('a'), identity, { ...data, test: examples(pixel) })),
  )
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('stores that hold results of other data under one digest are not merged', async () => {
  await bindData(storeAt('a'), identity, data)
  await mergeBindings(storeAt('a'), storeAt('b'))
  await expect(bindData(storeAt('b'), identity, { ...data, test: examples(9) })).rejects.toThrow('mine')
  await bindData(storeAt('c'), identity, { ...data, test: examples(9) })
  await expect(mergeBindings(storeAt('c'), storeAt('b'))).rejects.toThrow(
    'the data set mine has other content',
  )
})

test('a damaged record is named, not taken for none', async () => {
  await bindData(storeAt('a'), identity, data)
  const root = join(folder, 'a', 'bindings')
  const [file] = (readdirSync(root, { recursive: true }) as string[]).filter((name) =>
    /[0-9a-f]{64}$/.test(name),
  )
  writeFileSync(join(root, file ?? ''), '{"name":"mine"')
  await expect(bindData(storeAt('a'), identity, data)).rejects.toThrow('is damaged')
  mkdirSync(join(folder, 'b'))
  await expect(mergeBindings(storeAt('a'), storeAt('b'))).rejects.toThrow('is damaged')
})
