import type { Dataset } from '../values/dataset.ts'
import { Problem } from '../values/problem.ts'

/** How a suite divides the training images: so many at the end are held out, searches look at so many at the beginning. */
export interface Divisions {
  readonly validation: number
  readonly searchSets: readonly number[]
}

/**
 * Whether every part of a data set that something is measured or trained on has images of every class. Throws a `Problem`
 * of kind `data` that names the part and a class that it lacks.
 */
export function checkClasses(
  { name, classes, train, test }: Pick<Dataset, 'name' | 'classes' | 'train' | 'test'>,
  { validation, searchSets }: Divisions,
): void {
  const held = train.count - validation
  const parts = [
    { what: 'the training images', labels: train.labels.subarray(0, held) },
    { what: 'the validation images', labels: train.labels.subarray(held) },
    ...searchSets.map((n) => ({ what: 'the search set', labels: train.labels.subarray(0, n) })),
    { what: 'the test images', labels: test.labels },
  ]
  for (const { what, labels } of parts) {
    if (labels.length === 0) continue
    const present = new Set(labels)
    const lacking = Array.from({ length: classes }, (_, label) => label).find((label) => !present.has(label))
    if (lacking === undefined) continue
    throw new Problem(
      'data',
      `${what} of ${name}, ${labels.length} images, have none of class ${lacking} of its ${classes} classes`,
      {
        hint: "let this part be larger, leave split: 'first' out of the suite, or correct the labels and the number of classes of the data set",
      },
    )
  }
}
