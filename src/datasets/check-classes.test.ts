import { expect, test } from 'vitest'
import { checkClasses } from './check-classes.ts'

const examples = (labels: readonly number[]) => ({
  count: labels.length,
  images: new Uint8Array(labels.length),
  labels: Uint8Array.from(labels),
})
const data = { name: 'dots', classes: 2, train: examples([0, 1, 0, 1, 0, 1]), test: examples([0, 1]) }

test('parts that have every class pass, and so does one without images', () => {
  checkClasses(data, { validation: 2, searchSets: [2, 4] })
  checkClasses(data, { validation: 0, searchSets: [] })
})

test.each([
  [
    'the validation images',
    data,
    { validation: 1, searchSets: [] },
    /validation images of dots, 1 images, have none of class 0/,
  ],
  [
    'a search set',
    data,
    { validation: 2, searchSets: [4, 1] },
    /the search set of dots, 1 images, have none of class 1/,
  ],
  [
    'the training images',
    { ...data, train: examples([0, 0, 0, 1]) },
    { validation: 1, searchSets: [] },
    /the training images of dots, 3 images, have none of class 1/,
  ],
  [
    'the test images',
    { ...data, test: examples([1]) },
    { validation: 0, searchSets: [] },
    /test images of dots/,
  ],
])('%s that lack a class are refused with its number', (_, given, divisions, message) => {
  expect(() => checkClasses(given, divisions)).toThrow(message)
})
