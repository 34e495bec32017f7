import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { DataAccess, Located } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { cifar10 } from './cifar10.ts'
import {
  serveBytes,
  TINY_ARCHIVE,
  TINY_BATCHES,
  TINY_COLOUR,
  TINY_INNER,
  tinyCifar,
  writeBatches,
} from './tiny-cifar.fixture.ts'
import { deadAddress, freshAccess, localServer, problemOf, temporaryFolder } from './tiny-mnist.fixture.ts'

async function present(located: Promise<Located>): Promise<{ digest: string; origin: string }> {
  const found = await located
  expect(found.status).toBe('present')
  return found as Extract<Located, { status: 'present' }>
}

/** A user's folder with the tiny data set. */
async function prepared(): Promise<{ access: DataAccess; user: string }> {
  const user = await temporaryFolder()
  await writeBatches(user)
  return { user, access: await freshAccess({ userFolder: user, download: 'never' }) }
}

test('planes become rows of pixels with red, green and blue side by side', async () => {
  const { access } = await prepared()
  const data = await tinyCifar().load(access)
  expect(data).toMatchObject(TINY_COLOUR)
  expect(Array.from(data.train.labels)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(Array.from(data.train.images.slice(0, 36))).toEqual([
    ...[1, 101, 201, 2, 102, 202, 3, 103, 203],
    ...[4, 104, 204, 5, 105, 205, 6, 106, 206],
    ...[2, 102, 202, 3, 103, 203, 4, 104, 204],
    ...[5, 105, 205, 6, 106, 206, 7, 107, 207],
  ])
  expect(Array.from(data.test.labels)).toEqual([0, 1])
  expect(Array.from(data.test.images.slice(18, 24))).toEqual([12, 112, 212, 13, 113, 213])
})

test.each([
  ["the archive's folder in the user's", (_: DataAccess, user: string) => join(user, TINY_INNER), 'content '],
  [
    "the set's folder in the user's",
    (_: DataAccess, user: string) => join(user, 'tiny', TINY_INNER),
    'content ',
  ],
  ["the user's folder", (_: DataAccess, user: string) => user, 'content '],
  ['the cache folder', (access: DataAccess) => join(access.cacheFolder, 'tiny', TINY_INNER), 'content '],
])('files in %s are found', async (_, placeOf, told) => {
  const user = await temporaryFolder()
  const access = await freshAccess({ userFolder: user, download: 'never' })
  const folder = placeOf(access, user)
  await writeBatches(folder)
  const located = await present(tinyCifar().locate(access))
  expect(located.digest).toBe(
    digest(
      `{${Object.entries(TINY_BATCHES)
        .map(([name, content]) => `"${name}":"${digest(content)}"`)
        .join(',')}}`,
    ),
  )
  expect(located.origin).toContain(`${folder} (${told}${located.digest.slice(0, 10)})`)
  expect((await tinyCifar().load(access)).train.count).toBe(10)
})

test('a smaller size is a prefix, and files that have none of it are not read', async () => {
  const { access, user } = await prepared()
  const all = await tinyCifar().load(access)
  await present(tinyCifar().locate(access))
  const last = join(user, 'data_batch_5.bin')
  const { atime, mtime } = await stat(last)
  await writeFile(
    last,
    Uint8Array.from({ length: 38 }, () => 7),
  )
  await utimes(last, atime, mtime)
  const some = await tinyCifar().load(access, { train: 3, test: 0 })
  expect(some.train.images).toEqual(all.train.images.slice(0, 3 * 18))
  expect(some.train.labels).toEqual(Uint8Array.from([0, 1, 2]))
  expect(some.test.count).toBe(0)
})

test('another content is another data set, as soon as the file has another time', async () => {
  const { access, user } = await prepared()
  const before = await present(tinyCifar().locate(access))
  const path = join(user, 'data_batch_3.bin')
  const other = Buffer.from(await readFile(path))
  other[5] = 99
  await writeFile(path, other)
  await utimes(path, 5000, 5000)
  const after = await present(tinyCifar().locate(access))
  expect(after.digest).not.toBe(before.digest)
  expect((await tinyCifar().load(access)).train.images).toContain(99)

  await writeFile(path, TINY_BATCHES['data_batch_3.bin'] as Uint8Array)
  await utimes(path, 6000, 6000)
  expect(await tinyCifar().locate(access)).toEqual(before)
})

test('a record that is damaged or cannot be kept changes nothing', async () => {
  const { access } = await prepared()
  const before = await present(tinyCifar().locate(access))
  const folder = join(access.cacheFolder, 'tiny')
  const [record] = await readdir(folder)
  for (const text of [
    '',
    '{',
    '[{"path":7}]',
    '[null,{"path":"x","size":1,"modified":"1","content":null}]',
  ]) {
    await writeFile(join(folder, record ?? ''), text)
    expect(await tinyCifar().locate(access)).toEqual(before)
  }
  const file = join(await temporaryFolder(), 'file')
  await writeFile(file, '')
  expect(await tinyCifar().locate({ ...access, cacheFolder: file })).toEqual(before)
})

test('content that changed while size and time did not is refused', async () => {
  const { access, user } = await prepared()
  const path = join(user, 'test_batch.bin')
  await utimes(path, 5000, 5000)
  await present(tinyCifar().locate(access))
  const other = Buffer.from(await readFile(path))
  other[5] = 99
  await writeFile(path, other)
  await utimes(path, 5000, 5000)
  const problem = await problemOf(tinyCifar().load(access))
  expect(problem.kind).toBe('data')
  expect(problem.message).toContain(`${path} has content with SHA-256 ${digest(other)}`)
  expect(problem.message).toContain(
    `expected content with SHA-256 ${digest(TINY_BATCHES['test_batch.bin'] as Uint8Array)}`,
  )
  const record = /delete (\S+) if the file was changed on purpose/.exec(problem.message)?.[1]
  await rm(record ?? '')
  expect((await tinyCifar().load(access)).test.images).toContain(99)
})

test.each([
  [
    'cut short',
    (bytes: Buffer) => bytes.subarray(0, 30),
    'has 30 bytes, no whole number of records of 19 bytes',
  ],
  [
    'of too few records',
    (bytes: Buffer) => bytes.subarray(0, 19),
    'has 19 bytes, 1 records; expected 2 records',
  ],
  [
    'of too many records',
    (bytes: Buffer) => Buffer.concat([bytes, bytes]),
    '4 records; expected 2 records, 38 bytes',
  ],
  ['empty', () => Buffer.alloc(0), 'has 0 bytes'],
  [
    'of an unknown class',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 19), Buffer.from([10]), bytes.subarray(20)]),
    'has the label 10 in record 1, but there are only 10 classes',
  ],
])('a file that is %s is present, and named when it is read', async (_, damage, told) => {
  const { access, user } = await prepared()
  const path = join(user, 'data_batch_2.bin')
  await writeFile(path, damage(await readFile(path)))
  await present(tinyCifar().locate(access))
  const problem = await problemOf(tinyCifar().load(access))
  expect(problem.kind).toBe('data')
  expect(problem.message).toContain(path)
  expect(problem.message).toContain(told)
  expect(problem.hint).toContain('point PRUNE_BENCH_DATA elsewhere')
})

test('a file that cannot be read is present, and named when it is read', async () => {
  const { access, user } = await prepared()
  const path = join(user, 'data_batch_2.bin')
  await rm(path)
  await mkdir(path)
  await present(tinyCifar().locate(access))
  const problem = await problemOf(tinyCifar().load(access))
  expect(problem.kind).toBe('data')
  expect(problem.message).toContain(`${path} cannot be read (EISDIR`)
})

test('what is missing is told with the folders looked in, and files of two folders are not mixed', async () => {
  const { access, user } = await prepared()
  await rm(join(user, 'test_batch.bin'))
  const cache = join(access.cacheFolder, 'tiny', TINY_INNER)
  await mkdir(cache, { recursive: true })
  await writeFile(join(cache, 'test_batch.bin'), TINY_BATCHES['test_batch.bin'] as Uint8Array)
  const located = await tinyCifar({ mirrors: ['http://127.0.0.1:1/'] }).locate(access)
  const folders = `${join(user, TINY_INNER)} and ${join(user, 'tiny', TINY_INNER)} and ${user}`
  expect(located).toMatchObject({
    status: 'absent',
    why: expect.stringContaining(`PRUNE_BENCH_DATA has no test_batch.bin (looked in ${folders})`) as string,
  })
  expect((await problemOf(tinyCifar().load(access))).message).toContain('"tiny" is not available')
})

test('the archive is downloaded, kept, and known as the canonical content wherever that is', async () => {
  const asked: string[] = []
  const source = tinyCifar({ mirrors: [await localServer(serveBytes(TINY_ARCHIVE, asked))] })
  const told: Parameters<NonNullable<DataAccess['report']>>[0][] = []
  const access = await freshAccess({ report: (progress) => told.push(progress) })
  expect(await source.locate(access)).toMatchObject({ status: 'downloadable' })
  expect(asked).toEqual([])
  const data = await source.load(access)
  expect(asked).toEqual(['/tiny.tar.gz'])
  expect(told.at(-1)).toMatchObject({ done: TINY_ARCHIVE.length, total: TINY_ARCHIVE.length, unit: 'bytes' })
  expect(await source.load({ ...access, download: 'never' })).toEqual(data)
  expect(asked).toHaveLength(1)

  const { access: own } = await prepared()
  const users = await present(source.locate({ ...own, cacheFolder: access.cacheFolder }))
  const cached = await present(source.locate(access))
  expect(users.digest).toBe(cached.digest)
  for (const { origin } of [users, cached])
    expect(origin).toContain('(canonical content: the archive with MD5')
})

test('processes that download at the same time do not disturb each other', async () => {
  const source = tinyCifar({ mirrors: [await localServer(serveBytes(TINY_ARCHIVE))] })
  const access = await freshAccess()
  const loaded = await Promise.all([1, 2, 3].map(() => source.load(access)))
  expect(loaded[1]).toEqual(loaded[0])
  expect(loaded[2]).toEqual(loaded[0])
  expect((await readdir(join(access.cacheFolder, 'tiny', TINY_INNER))).sort()).toEqual(
    Object.keys(TINY_BATCHES).sort(),
  )
})

test('an archive with another checksum is refused, and that is remembered for an hour', async () => {
  const asked: string[] = []
  const dead = await deadAddress()
  const wrong = await localServer(serveBytes(gzipSync('something else'), asked))
  let time = Date.UTC(2024, 0, 1)
  const source = tinyCifar({ mirrors: [dead, wrong], now: () => time })
  const access = await freshAccess()
  const problem = await problemOf(source.load(access))
  expect(problem.kind).toBe('data')
  expect(problem.message).toContain(`tiny.tar.gz from ${new URL(dead).host}: ECONNREFUSED`)
  expect(problem.message).toMatch(/wrong content \(MD5 [0-9a-f]{32}, expected [0-9a-f]{32}\)/)
  expect(await readdir(join(access.cacheFolder, 'tiny'))).toEqual(['download-failed.json'])

  time += 5 * 60_000
  expect(await source.locate(access)).toMatchObject({
    status: 'absent',
    why: expect.stringContaining('the download failed 5 minutes ago') as string,
  })
  time += 60 * 60_000
  await problemOf(source.load(access))
  expect(asked).toHaveLength(2)
})

test.each([
  ['not gzip', Buffer.from('<html>'), 'not a gzipped tar archive (incorrect header check)'],
  ['not tar', gzipSync('<html>'.repeat(200)), 'not a gzipped tar archive (no tar header at byte 0)'],
  ['without the files', gzipSync(Buffer.alloc(1024)), 'no tiny-bin/data_batch_1.bin in the archive'],
])('an archive that is %s is refused', async (_, bytes, told) => {
  const mirrors = [await localServer(serveBytes(bytes))]
  const md5 = createHash('md5').update(bytes).digest('hex')
  const problem = await problemOf(tinyCifar({ mirrors, md5 }).load(await freshAccess()))
  expect(problem).toBeInstanceOf(Problem)
  expect(problem.message).toContain(told)
})

test('real CIFAR-10 has equally many examples of each class, and the stated mean', async ({ skip }) => {
  const userFolder = process.env['PRUNE_BENCH_DATA'] ?? skip('PRUNE_BENCH_DATA is not set')
  const access = await freshAccess({ userFolder, download: 'never' })
  if ((await cifar10.locate(access)).status === 'absent') skip('PRUNE_BENCH_DATA has no CIFAR-10')
  const { train, mean } = await cifar10.load(access)
  const counts = new Array<number>(10).fill(0)
  for (const label of train.labels) counts[label] = (counts[label] as number) + 1
  expect(counts).toEqual(new Array(10).fill(5000))
  const sums = [0, 0, 0]
  for (let i = 0; i < train.images.length; i++)
    sums[i % 3] = (sums[i % 3] as number) + (train.images[i] as number)
  sums.forEach((sum, channel) => {
    expect((sum / train.images.length / 255) * 3).toBeCloseTo(mean[channel] as number, 2)
  })
})
