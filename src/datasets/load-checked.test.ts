import { expect, test } from 'vitest'
import type { DataAccess, Dataset, DatasetDescription, DatasetSize, Split } from '../values/dataset.ts'
import { loadChecked } from './load-checked.ts'

const description: DatasetDescription = {
  name: 'dots',
  shape: [1, 2, 1],
  classes: 3,
  mean: [0],
  std: [1],
  size: { train: 4, test: 2 },
}
const examples = (count: number) => ({
  count,
  images: new Uint8Array(2 * count),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
})
const right: Dataset = { ...description, train: examples(3), test: examples(2) }
const access: DataAccess = { userFolder: undefined, cacheFolder: '.', download: 'never' }

function loading(dataset: Dataset, split: Split = 'first'): Promise<Dataset> {
  const source = {
    summary: 'Dots.',
    description,
    locate: () => Promise.resolve({ status: 'absent', why: 'not asked' } as const),
    load: () => Promise.resolve(dataset),
  }
  return loadChecked('dots', source, access, { train: 3, test: 2 }, split)
}

test('what was asked for is passed on', async () => {
  expect(await loading(right)).toBe(right)
})

test.each<[string, Dataset]>([
  ['gave 4 train examples where 3 were asked for', { ...right, train: examples(4) }],
  ['has 5 bytes of test images, not 4', { ...right, test: { ...examples(2), images: new Uint8Array(5) } }],
  ['has 1 test labels, not 2', { ...right, test: { ...examples(2), labels: new Uint8Array(1) } }],
  [
    'has the train label 3, but only 3 classes',
    { ...right, train: { ...examples(3), labels: Uint8Array.of(0, 1, 3) } },
  ],
  ['images of 2×1×1 in 3 classes, not of 1×2×1 in 3', { ...right, shape: [2, 1, 1] }],
  ['another mean or standard deviation', { ...right, std: [2] }],
  [
    'train images or labels that are no Uint8Array',
    { ...right, train: { ...examples(3), labels: [0, 1, 2] as unknown as Uint8Array } },
  ],
])('a data set that %s is refused', async (message, dataset) => {
  await expect(loading(dataset)).rejects.toThrow(message)
})

/** Sorted by class, as a folder of folders lists images; an image's pixels tell its place in that order. */
function sorted(more: { readonly inRandomOrder?: true } = {}) {
  const asked: DatasetSize[] = []
  const size = { train: 300, test: 60 }
  const sortedBy = (count: number, all: number) => ({
    count,
    images: Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i >> 9 : (i >> 1) & 255)),
    labels: Uint8Array.from({ length: count }, (_, i) => Math.floor((3 * i) / all)),
  })
  const source = {
    summary: 'Dots.',
    description: { ...description, size },
    ...more,
    locate: () => Promise.resolve({ status: 'absent', why: 'not asked' } as const),
    load: (_: DataAccess, wanted: DatasetSize = size): Promise<Dataset> => {
      asked.push(wanted)
      const { train, test } = wanted
      return Promise.resolve({
        ...description,
        size,
        train: sortedBy(train, size.train),
        test: sortedBy(test, size.test),
      })
    },
  }
  return { asked, source }
}

test('of a data set that is sorted by class, every part has the classes in their shares', async () => {
  const { asked, source } = sorted()
  const { train, test: held } = await loadChecked(
    'dots',
    source,
    access,
    { train: 90, test: 30 },
    'stratified',
  )
  expect(asked).toEqual([{ train: 300, test: 60 }])
  expect([train.count, train.images.length, held.count]).toEqual([90, 180, 30])
  const shares = (labels: Uint8Array) =>
    [0, 1, 2].map((label) => labels.filter((one) => one === label).length)
  expect(shares(train.labels)).toEqual([30, 30, 30])
  expect(shares(train.labels.subarray(0, 12))).toEqual([4, 4, 4])
  expect(shares(train.labels.subarray(60))).toEqual([10, 10, 10])
  expect(shares(held.labels)).toEqual([10, 10, 10])
  // Images go with their labels, none comes twice, and they are not the first of their class.
  const places = Array.from(
    { length: 90 },
    (_, i) => 256 * (train.images[2 * i] as number) + (train.images[2 * i + 1] as number),
  )
  expect(places.map((place) => Math.floor(place / 100))).toEqual([...train.labels])
  expect(new Set(places).size).toBe(90)
  expect(places.filter((place) => place % 100 >= 30).length).toBeGreaterThan(40)
})

test('the first images are the data set’s own first, and generated ones are taken as they come', async () => {
  const { asked, source } = sorted()
  const first = await loadChecked('dots', source, access, { train: 90, test: 30 }, 'first')
  expect(asked).toEqual([{ train: 90, test: 30 }])
  expect([...new Set(first.train.labels)]).toEqual([0])
  const drawn = sorted({ inRandomOrder: true })
  await loadChecked('dots', drawn.source, access, { train: 90, test: 30 }, 'stratified')
  expect(drawn.asked).toEqual([{ train: 90, test: 30 }])
})
