import { expect, test } from 'vitest'
import type { DataAccess, Dataset, DatasetDescription } from '../values/dataset.ts'
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

function loading(dataset: Dataset): Promise<Dataset> {
  const source = {
    summary: 'Dots.',
    description,
    locate: () => Promise.resolve({ status: 'absent', why: 'not asked' } as const),
    load: () => Promise.resolve(dataset),
  }
  return loadChecked('dots', source, access, { train: 3, test: 2 })
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
])('a data set that %s is refused', async (message, dataset) => {
  await expect(loading(dataset)).rejects.toThrow(message)
})
