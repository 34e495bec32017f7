import { expect, test } from 'vitest'
import type { Examples } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { stream } from '../values/random.ts'
import { drawTexture } from './draw-texture.ts'
import { generateExamples } from './generated.ts'
import { OUTLINES } from './texture-outlines.ts'
import { PATTERN_FAMILIES } from './texture-patterns.ts'
import { TEXTURES, textures } from './textures.ts'
import { freshAccess } from './tiny-mnist.fixture.ts'

const BYTES = 32 * 32 * 3

function contentOf({ count, images, labels }: Examples): string {
  return `${count} with ${digest(Buffer.concat([images, labels]))}`
}

/**
 * Pins the bytes of the first examples of each split. Where this fails, what the generator draws has changed:
 * raise the version of `TEXTURES`, so that no stored result is taken for one on the new data, and pin the new digests.
 */
test('version 1 draws these bytes', async () => {
  expect(contentOf(generateExamples(TEXTURES, 'train', 0, 64))).toBe(
    '64 with 0b7af35a6204ea95950cf3d6ff9ab1d1d98402bcb162e5b39cd6318b4b1fbb71',
  )
  expect(contentOf(generateExamples(TEXTURES, 'test', 0, 64))).toBe(
    '64 with 1ffdb1e5d5454f3677fca5d7e5a54fd16a2021b6cf29ff5c2f7ef4ddf987607d',
  )
  expect(await textures.locate(await freshAccess())).toMatchObject({
    status: 'present',
    digest: 'dc509bf06ba66db2a4620d4d61bbc845c959a0aeafe2b45a68fcc8923e7c1a81',
  })
})

test('an example depends on its split and index alone, and its class on its place among ten', () => {
  const all = generateExamples(TEXTURES, 'train', 0, 40)
  const part = generateExamples(TEXTURES, 'train', 17, 9)
  expect(part.labels).toEqual(all.labels.slice(17, 26))
  expect(part.images).toEqual(all.images.slice(17 * BYTES, 26 * BYTES))
  expect([...all.labels.slice(30)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(generateExamples(TEXTURES, 'test', 0, 40).images).not.toEqual(all.images)
})

test('a load keeps what it generates and gives prefixes', async () => {
  const told: unknown[] = []
  const access = await freshAccess({ download: 'never', report: (progress) => told.push(progress) })
  const first = await textures.load(access, { train: 20, test: 0 })
  expect(contentOf(first.train)).toBe(contentOf(generateExamples(TEXTURES, 'train', 0, 20)))
  expect(first).toMatchObject(textures.description)
  expect(told.at(-1)).toMatchObject({ what: 'generating textures (train)', done: 20, total: 20 })
  told.length = 0
  const second = await textures.load(access, { train: 7, test: 0 })
  expect(told).toEqual([])
  expect(contentOf(second.train)).toBe(contentOf(generateExamples(TEXTURES, 'train', 0, 7)))
})

test('the stated means and deviations are those of the training images', () => {
  const { images } = generateExamples(TEXTURES, 'train', 0, 1500)
  for (let channel = 0; channel < 3; channel++) {
    let [sum, squares, count] = [0, 0, 0]
    for (let i = channel; i < images.length; i += 3) {
      const value = (images[i] as number) / 255
      sum += value
      squares += value * value
      count++
    }
    const mean = sum / count
    expect(mean).toBeCloseTo(textures.description.mean[channel] as number, 1)
    const deviation = Math.sqrt(squares / count - mean ** 2)
    expect(deviation).toBeCloseTo(textures.description.std[channel] as number, 1)
  }
})

test('no two images are the same, and neither are two of different classes from the same draws', () => {
  const seen = new Set<string>()
  for (let label = 0; label < 10; label++) {
    for (let i = 0; i < 10; i++) {
      const image = new Uint8Array(BYTES)
      drawTexture(stream(1, String(i)), label, image, 0)
      seen.add(digest(image))
    }
  }
  expect(seen.size).toBe(100)
})

test('the mean brightness of a class does not tell it', () => {
  const { images, labels } = generateExamples(TEXTURES, 'train', 0, 2000)
  const sums = new Array<number>(10).fill(0)
  images.forEach((byte, i) => {
    const label = labels[Math.floor(i / BYTES)] as number
    sums[label] = (sums[label] as number) + byte
  })
  const means = sums.map((sum) => sum / 200 / BYTES)
  expect(Math.max(...means) - Math.min(...means)).toBeLessThan(12)
})

test('outlines cover comparable parts of their square', () => {
  for (const outline of OUTLINES) {
    let inside = 0
    for (let y = 0; y < 100; y++)
      for (let x = 0; x < 100; x++) if (outline(x / 50 - 0.99, y / 50 - 0.99) > 0) inside++
    expect(inside / 100 ** 2).toBeGreaterThan(0.35)
    expect(inside / 100 ** 2).toBeLessThan(0.65)
  }
})

test('patterns stay in [0, 1] and are light on about half of a surface', () => {
  for (const [family, make] of PATTERN_FAMILIES.entries()) {
    let [sum, count] = [0, 0]
    for (let i = 0; i < 20; i++) {
      const pattern = make(stream(family, String(i)), 5, 2)
      for (let y = -16; y < 16; y++) {
        for (let x = -16; x < 16; x++) {
          const value = pattern(x + 0.3, y + 0.7)
          if (!(value >= 0 && value <= 1)) expect.fail(`family ${family} is ${value} at ${x}, ${y}`)
          sum += value
          count++
        }
      }
    }
    expect(sum / count).toBeGreaterThan(0.35)
    expect(sum / count).toBeLessThan(0.65)
  }
})
