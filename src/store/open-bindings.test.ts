import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digest } from '../values/digest.ts'
import type { Problem } from '../values/problem.ts'
import { openStore } from './index.ts'

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'bindings-'))))
afterEach(() => rmSync(root, { recursive: true }))

const claims = [digest('one'), digest('other')].sort()
const [claim] = claims as [(typeof claims)[0]]
const binding = { name: 'digits', content: digest('content') }
const open = () => openStore(join(root, 'store')).bindings
const fileOf = (key: string) => join(root, 'store', 'bindings', key.slice(0, 2), key)

async function all() {
  const found = []
  for await (const one of open().list()) found.push(one)
  return found
}

test('what was bound first stays; all are listed by their claims', async () => {
  expect(await all()).toEqual([])
  expect(await open().bind(claim, binding)).toEqual(binding)
  expect(await open().bind(claim, { name: 'letters', content: digest('other content') })).toEqual(binding)
  const second = { name: 'letters', content: digest('other content') }
  expect(await open().bind(claims[1] as typeof claim, second)).toEqual(second)
  expect(await all()).toEqual([
    { claim: claims[0], ...binding },
    { claim: claims[1], ...second },
  ])
  expect(readdirSync(join(root, 'store', 'tmp'))).toEqual([])
})

test.each([
  ['no JSON', '{'],
  ['no name', JSON.stringify({ content: binding.content })],
  ['a name that is no text', JSON.stringify({ ...binding, name: 3 })],
  ['no content', JSON.stringify({ name: 'digits' })],
  ['content that is no digest', JSON.stringify({ name: 'digits', content: 'abc' })],
  ['content that goes on', JSON.stringify({ name: 'digits', content: `${binding.content}0` })],
  ['content that begins before', JSON.stringify({ name: 'digits', content: `0${binding.content}` })],
])('a binding of %s is damaged: told with its file, and what to do', async (_, text) => {
  await open().bind(claim, binding)
  writeFileSync(fileOf(claim), text)
  const problem = await open()
    .bind(claim, binding)
    .catch((error: unknown) => error as Problem)
  expect(problem).toMatchObject({
    kind: 'infrastructure',
    message: `The store's file ${fileOf(claim)} is damaged.`,
    hint: expect.stringContaining('Remove it if the data did not change') as string,
  })
  await expect(all()).rejects.toThrow('is damaged')
})

test('a binding that cannot be read is a problem of the machine', async () => {
  mkdirSync(fileOf(claim), { recursive: true })
  await expect(open().bind(claim, binding)).rejects.toThrow(/^Cannot read the binding .*EISDIR/)
})
