import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { DataAccess, Located } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { mnist } from './mnist.ts'
import {
  deadAddress,
  freshAccess,
  localServer,
  problemOf,
  serveTiny,
  temporaryFolder,
  TINY,
  TINY_FILES,
  tinySource,
  writeTiny,
} from './tiny-mnist.fixture.ts'

const TRAIN_IMAGES = 'train-images-idx3-ubyte'

function whyAbsent(located: Located): string {
  expect(located.status).toBe('absent')
  return located.status === 'absent' ? located.why : ''
}

/** Every place the files may be in. */
const places: Readonly<Record<string, (access: DataAccess, user: string) => string>> = {
  "the set's folder in the user's": (_, user) => join(user, 'tiny'),
  "the user's folder": (_, user) => user,
  'the cache folder': (access) => join(access.cacheFolder, 'tiny'),
}

for (const form of ['gzipped', 'plain'] as const) {
  test.each(Object.entries(places))(`${form} files in %s are found and read`, async (_, placeOf) => {
    const user = await temporaryFolder()
    const access = await freshAccess({ userFolder: user, download: 'never' })
    const folder = placeOf(access, user)
    await writeTiny(folder, form)
    const located = await tinySource().locate(access)
    expect(located).toMatchObject({ status: 'present', origin: expect.stringContaining(folder) as string })
    const data = await tinySource().load(access)
    expect(data).toMatchObject(TINY)
    expect(data.train).toEqual({
      count: 6,
      images: Uint8Array.from({ length: 36 }, (_, i) => 100 + i),
      labels: Uint8Array.from([0, 1, 2, 3, 4, 5]),
    })
    expect(data.test).toEqual({
      count: 4,
      images: Uint8Array.from({ length: 24 }, (_, i) => 200 + i),
      labels: Uint8Array.from([6, 7, 8, 9]),
    })
  })
}

test('a smaller size is a prefix', async () => {
  const access = await freshAccess()
  await writeTiny(join(access.cacheFolder, 'tiny'))
  const { train, test: held } = await tinySource().load(access, { train: 2, test: 0 })
  expect(train).toEqual({
    count: 2,
    images: Uint8Array.from({ length: 12 }, (_, i) => 100 + i),
    labels: Uint8Array.from([0, 1]),
  })
  expect(held).toEqual({ count: 0, images: new Uint8Array(), labels: new Uint8Array() })
})

test('the digest is the same wherever the data comes from', async () => {
  const download = await tinySource({ mirrors: ['http://127.0.0.1:1/'] }).locate(await freshAccess())
  const access = await freshAccess()
  await writeTiny(join(access.cacheFolder, 'tiny'), 'plain')
  const present = await tinySource().locate(access)
  expect(download.status).toBe('downloadable')
  expect(present).toMatchObject({ digest: 'digest' in download ? download.digest : '' })
})

const damages: Readonly<
  Record<string, readonly [(gzipped: Buffer) => Uint8Array, readonly (string | RegExp)[]]>
> = {
  'cut short': [
    (gzipped) => gzipped.subarray(0, 30),
    ['gunzip: unexpected end of file', digest(TINY_FILES[TRAIN_IMAGES] as Uint8Array)],
  ],
  'not gzip': [() => Buffer.from('<html>not found</html>'), ['gunzip: incorrect header check']],
  empty: [() => Buffer.alloc(0), ['gunzip: unexpected end of file']],
  'a flipped byte': [
    (gzipped) => {
      gzipped[10] = (gzipped[10] as number) ^ 0xff
      return gzipped
    },
    ['gunzip: '],
  ],
  'other images of the same size': [
    () => {
      const other = Buffer.from(TINY_FILES[TRAIN_IMAGES] as Uint8Array)
      other[20] = 0
      return gzipSync(other)
    },
    [
      /SHA-256 [0-9a-f]{64} .*expected content with SHA-256 [0-9a-f]{64}/,
      'damaged, or of another data set than tiny',
    ],
  ],
  'another file of the set': [
    () => gzipSync(TINY_FILES['t10k-images-idx3-ubyte'] as Uint8Array),
    ['an IDX file of 4 × 2 × 3 bytes, not 6 × 2 × 3'],
  ],
  'labels in place of images': [
    () => gzipSync(TINY_FILES['train-labels-idx1-ubyte'] as Uint8Array),
    ['it has 1 dimensions, expected 3'],
  ],
  'content cut short before it was gzipped': [
    () => gzipSync((TINY_FILES[TRAIN_IMAGES] as Uint8Array).subarray(0, 40)),
    ['it is truncated: its header promises 6 × 2 × 3 = 36 bytes of content, but only 24 follow'],
  ],
}

test.each(Object.entries(damages))('a damaged file is named: %s', async (_, [damage, expected]) => {
  const access = await freshAccess()
  const folder = join(access.cacheFolder, 'tiny')
  await writeTiny(folder)
  const path = join(folder, `${TRAIN_IMAGES}.gz`)
  await writeFile(path, damage(await readFile(path)))
  expect((await tinySource().locate(access)).status).toBe('present')
  const problem = await problemOf(tinySource().load(access))
  expect(problem.kind).toBe('data')
  expect(problem.message).toContain(path)
  for (const part of expected) expect(problem.message).toMatch(part)
  expect(problem.hint).toContain('Delete it and run again')
})

test("a file that cannot be read is named, and the user's folder is what the hint speaks of", async () => {
  const user = await temporaryFolder()
  const access = await freshAccess({ userFolder: user })
  await writeTiny(join(access.cacheFolder, 'tiny'))
  await writeTiny(user)
  const path = join(user, `${TRAIN_IMAGES}.gz`)
  await rm(path)
  await mkdir(path)
  const problem = await problemOf(tinySource().load(access))
  expect(problem.kind).toBe('data')
  expect(problem.message).toContain(`${path} cannot be read (EISDIR`)
  expect(problem.hint).toContain('point PRUNE_BENCH_DATA elsewhere')
})

test('what is missing is told with the folders looked in', async () => {
  const user = await temporaryFolder()
  const access = await freshAccess({ userFolder: user, download: 'never' })
  await writeTiny(join(user, 'tiny'))
  await rm(join(user, 'tiny', `${TRAIN_IMAGES}.gz`))
  const why = whyAbsent(await tinySource({ mirrors: ['http://127.0.0.1:1/'] }).locate(access))
  expect(why).toContain(
    `PRUNE_BENCH_DATA has no ${TRAIN_IMAGES} (looked in ${join(user, 'tiny')} and ${user})`,
  )
  expect(why).toContain(
    `${join(access.cacheFolder, 'tiny')} has no ${TRAIN_IMAGES}, and nothing may be downloaded here`,
  )
  const problem = await problemOf(tinySource().load(access))
  expect(problem.kind).toBe('data')
  expect(problem.message).toContain('"tiny" is not available: PRUNE_BENCH_DATA has no')
})

test('missing files are downloaded, kept and not downloaded again', async () => {
  const asked: string[] = []
  const mirrors = [await localServer(serveTiny(asked))]
  const told: Parameters<NonNullable<DataAccess['report']>>[0][] = []
  const access = await freshAccess({ report: (progress) => told.push(progress) })
  expect(await tinySource({ mirrors }).locate(access)).toMatchObject({ status: 'downloadable' })
  expect(asked).toEqual([])
  const data = await tinySource({ mirrors }).load(access)
  expect(data.train.images[0]).toBe(100)
  expect(asked).toEqual(Object.keys(TINY_FILES).map((name) => `${name}.gz`))
  expect(new Set(told.map(({ unit }) => unit))).toEqual(new Set(['bytes']))
  expect(told.at(-1)?.done).toBeGreaterThan(0)

  expect(await tinySource({ mirrors }).load({ ...access, download: 'never' })).toEqual(data)
  expect(asked).toHaveLength(4)
  expect((await readdir(join(access.cacheFolder, 'tiny'))).sort()).toEqual([...asked].sort())
})

test('processes that download at the same time do not disturb each other', async () => {
  const mirrors = [await localServer(serveTiny())]
  const access = await freshAccess()
  const loaded = await Promise.all([1, 2, 3].map(() => tinySource({ mirrors }).load(access)))
  expect(loaded[1]).toEqual(loaded[0])
  expect(loaded[2]).toEqual(loaded[0])
  expect(await readdir(join(access.cacheFolder, 'tiny'))).toHaveLength(4)
})

test('mirrors that are dead or give something else are passed by', async () => {
  const asked: string[] = []
  const wrong: string[] = []
  const mirrors = [
    await deadAddress(),
    await localServer((request, response) => {
      wrong.push(request.url ?? '')
      response.end(wrong.length === 1 ? '<html>' : gzipSync('something else'))
    }),
    await localServer(serveTiny(asked)),
  ]
  const data = await tinySource({ mirrors: mirrors.map((mirror) => `${mirror}deep/folder/`) }).load(
    await freshAccess(),
  )
  expect(data.test.count).toBe(4)
  expect(wrong).toEqual([`/deep/folder/${TRAIN_IMAGES}.gz`])
  expect(asked).toHaveLength(4)
})

test('a failed download is remembered for an hour', async () => {
  let requests = 0
  const bad = await localServer((_, response) => {
    requests++
    response.end(gzipSync('something else'))
  })
  const dead = await deadAddress()
  let time = Date.UTC(2024, 0, 1)
  const source = tinySource({ mirrors: [dead, bad], now: () => time })
  const access = await freshAccess()
  const problem = await problemOf(source.load(access))
  expect(problem.kind).toBe('data')
  expect(problem.message).toContain(
    `${TRAIN_IMAGES}.gz from ${new URL(dead).host}: ECONNREFUSED; ${new URL(bad).host}: wrong content`,
  )
  expect(problem.hint).toContain('PRUNE_BENCH_DATA')
  expect(requests).toBe(1)

  time += 5 * 60_000
  const why = whyAbsent(await source.locate(access))
  const memory = join(access.cacheFolder, 'tiny', 'download-failed.json')
  expect(why).toContain('the download failed 5 minutes ago')
  expect(why).toContain('ECONNREFUSED')
  expect(why).toContain(`delete ${memory} to try again now`)
  await problemOf(source.load(access))
  expect(requests).toBe(1)

  time += 60 * 60_000
  expect((await source.locate(access)).status).toBe('downloadable')
  await problemOf(source.load(access))
  expect(requests).toBe(2)

  await rm(memory)
  expect((await source.locate(access)).status).toBe('downloadable')
})

test('files that turn up count although a download failed, and a success forgets the failure', async () => {
  const access = await freshAccess()
  await problemOf(tinySource({ mirrors: [await deadAddress()] }).load(access))
  const later = () => Date.now() + 2 * 60 * 60_000
  const mirrors = [await localServer(serveTiny())]
  await tinySource({ mirrors, now: later }).load(access)
  expect(await readdir(join(access.cacheFolder, 'tiny'))).not.toContain('download-failed.json')

  const other = await freshAccess()
  await problemOf(tinySource({ mirrors: [await deadAddress()] }).load(other))
  await writeTiny(join(other.cacheFolder, 'tiny'))
  expect((await tinySource().locate(other)).status).toBe('present')
})

test('a memory of a failure that is not readable is none', async () => {
  const access = await freshAccess()
  await mkdir(join(access.cacheFolder, 'tiny'))
  for (const text of [
    '',
    '{',
    '{"at":"yesterday","reason":"x"}',
    `{"at":${Date.now() + 1e6},"reason":"from the future"}`,
  ]) {
    await writeFile(join(access.cacheFolder, 'tiny', 'download-failed.json'), text)
    expect((await tinySource({ mirrors: ['http://127.0.0.1:1/'] }).locate(access)).status).toBe(
      'downloadable',
    )
  }
})

test('a cache folder that cannot be written to is told as such', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'file'), '')
  const access = await freshAccess({ cacheFolder: join(folder, 'file') })
  const problem = await problemOf(tinySource({ mirrors: [await localServer(serveTiny())] }).load(access))
  expect(problem.kind).toBe('infrastructure')
  expect(problem.message).toContain(`Cannot write ${join(folder, 'file', 'tiny')}`)
})

test('asking for more than there is, is a mistake of usage', async () => {
  const problem = await problemOf(tinySource().load(await freshAccess(), { train: 7, test: 1 }))
  expect(problem.kind).toBe('usage')
  expect(problem.message).toContain('asked for 7 train examples, but there are 6')
  expect(
    (await problemOf(tinySource().load(await freshAccess(), { train: 1, test: 1.5 }))).message,
  ).toContain('test size 1.5')
})

test('real MNIST has its published counts per class', async ({ skip }) => {
  const userFolder = process.env['PRUNE_BENCH_DATA'] ?? skip('PRUNE_BENCH_DATA is not set')
  const data = await mnist.load(await freshAccess({ userFolder, download: 'never' }))
  const counts = new Array<number>(10).fill(0)
  for (const label of data.train.labels) counts[label] = (counts[label] as number) + 1
  expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
  expect(Array.from(data.test.labels.slice(0, 5))).toEqual([7, 2, 1, 0, 4])
  let sum = 0
  for (const pixel of data.train.images) sum += pixel
  expect(sum / data.train.images.length / 255).toBeCloseTo(data.mean[0] as number, 4)
})

test.skipIf(process.platform === 'win32')(
  'a pipe in place of a file is refused, not waited for',
  async () => {
    const access = await freshAccess()
    await writeTiny(join(access.cacheFolder, 'tiny'))
    const path = join(access.cacheFolder, 'tiny', 'train-images-idx3-ubyte.gz')
    await rm(path, { force: true })
    execFileSync('mkfifo', [path])
    await expect(tinySource().load(access)).rejects.toThrow(
      /train-images.*it is a pipe, a socket or a device, not a file/,
    )
  },
)
