import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Examples } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { stream } from '../values/random.ts'
import { drawGlyph } from './draw-glyph.ts'
import { generateExamples } from './generated.ts'
import { GLYPHS, glyphs } from './glyphs.ts'
import { freshAccess } from './tiny-mnist.fixture.ts'

function contentOf({ count, images, labels }: Examples): string {
  return `${count} with ${digest(Buffer.concat([images, labels]))}`
}

/**
 * Pins the bytes of the first examples of each split. Where this fails, what the generator draws has changed:
 * raise the version of `GLYPHS`, so that no stored result is taken for one on the new data, and pin the new digests.
 */
test('version 1 draws these bytes', async () => {
  expect(contentOf(generateExamples(GLYPHS, 'train', 0, 64))).toBe(
    '64 with caa556ccf1e11de77a84c86d10699f152ba1d160540fdff1ff20e9aeef1f4ace',
  )
  expect(contentOf(generateExamples(GLYPHS, 'test', 0, 64))).toBe(
    '64 with a50102e44ed5f6de5a0fd3fe663a1cc11c27c4ca5114723bb2bcc6aac854daae',
  )
  expect(await glyphs.locate(await freshAccess())).toMatchObject({
    status: 'present',
    digest: '3f1a9883d6de30a71ad39e7e5648b12d1c63a26d174efb413bf573dae811a184',
  })
})

test('an example depends on its split and index alone', () => {
  const all = generateExamples(GLYPHS, 'train', 0, 40)
  const part = generateExamples(GLYPHS, 'train', 17, 9)
  expect(part.labels).toEqual(all.labels.slice(17, 26))
  expect(part.images).toEqual(all.images.slice(17 * 784, 26 * 784))
  expect(generateExamples(GLYPHS, 'test', 0, 40).images).not.toEqual(all.images)
})

test('every ten examples have each class once, in changing order', () => {
  const { labels } = generateExamples(GLYPHS, 'test', 0, 100)
  const tens = Array.from({ length: 10 }, (_, i) => Array.from(labels.slice(10 * i, 10 * i + 10)))
  for (const ten of tens) expect([...ten].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(new Set(tens.map(String)).size).toBeGreaterThan(5)
})

test('the stated mean and deviation are those of the training images', () => {
  const { images } = generateExamples(GLYPHS, 'train', 0, 1500)
  let [sum, squares] = [0, 0]
  for (const pixel of images) {
    sum += pixel / 255
    squares += (pixel / 255) ** 2
  }
  const mean = sum / images.length
  expect(mean).toBeCloseTo(glyphs.description.mean[0] as number, 2)
  expect(Math.sqrt(squares / images.length - mean ** 2)).toBeCloseTo(glyphs.description.std[0] as number, 2)
})

test('every class leaves ink, and no two images are the same', () => {
  const seen = new Set<string>()
  for (let label = 0; label < 10; label++) {
    for (let i = 0; i < 20; i++) {
      const image = new Uint8Array(784)
      drawGlyph(stream(1, `${label}/${i}`), label, image, 0)
      expect(Math.max(...image)).toBeGreaterThan(100)
      seen.add(digest(image))
    }
  }
  expect(seen.size).toBe(200)
})

test('a load keeps what it generates and gives prefixes', async () => {
  const told: unknown[] = []
  const access = await freshAccess({ download: 'never', report: (progress) => told.push(progress) })
  const first = await glyphs.load(access, { train: 1010, test: 30 })
  expect(contentOf(first.train)).toBe(contentOf(generateExamples(GLYPHS, 'train', 0, 1010)))
  expect(contentOf(first.test)).toBe(contentOf(generateExamples(GLYPHS, 'test', 0, 30)))
  expect(first).toMatchObject(glyphs.description)
  expect(told.at(-1)).toEqual({ what: 'generating glyphs (test)', done: 30, total: 30, unit: 'examples' })

  told.length = 0
  const second = await glyphs.load(access, { train: 500, test: 0 })
  expect(told).toEqual([])
  expect(contentOf(second.train)).toBe(contentOf(generateExamples(GLYPHS, 'train', 0, 500)))
  expect(second.test.count).toBe(0)
})

test.each([
  [
    'damaged',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 5000), Buffer.from([1, 2, 3]), bytes.subarray(5003)]),
  ],
  ['cut short', (bytes: Buffer) => bytes.subarray(0, 5000)],
  ['empty', () => Buffer.alloc(0)],
])('a kept file that is %s is generated again', async (_, damage) => {
  const access = await freshAccess()
  const size = { train: 10, test: 0 }
  const good = await glyphs.load(access, size)
  const folder = join(access.cacheFolder, 'glyphs')
  const [name] = await readdir(folder)
  const path = join(folder, name ?? '')
  const whole = await readFile(path)
  await writeFile(path, damage(whole))
  expect(await glyphs.load(access, size)).toEqual(good)
  expect(Buffer.compare(await readFile(path), whole)).toBe(0)
  expect(await readdir(folder)).toEqual([name])
})

test('a kept file that is whole is not written again', async () => {
  const access = await freshAccess()
  await glyphs.load(access, { train: 10, test: 0 })
  const folder = join(access.cacheFolder, 'glyphs')
  const path = join(folder, (await readdir(folder))[0] ?? '')
  await utimes(path, 1000, 1000)
  await glyphs.load(access, { train: 10, test: 0 })
  expect((await stat(path)).mtimeMs).toBe(1000_000)
})

test('asking for more than there is, is a mistake of usage', async () => {
  await expect(glyphs.load(await freshAccess(), { train: 1, test: 10_001 })).rejects.toThrow(
    'asked for 10001 test examples, but there are 10000',
  )
})
