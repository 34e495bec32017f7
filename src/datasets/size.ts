import type { DatasetDescription, DatasetSize, Examples } from '../values/dataset.ts'
import { Problem } from '../values/problem.ts'

/** The size that is meant: `size`, or all there is. Throws a `Problem` of kind `usage` where it is not a possible one. */
export function resolveSize(description: DatasetDescription, size?: DatasetSize): DatasetSize {
  if (size === undefined) return description.size
  for (const split of ['train', 'test'] as const) {
    const [asked, most] = [size[split], description.size[split]]
    if (!Number.isInteger(asked) || asked < 0) {
      throw new Problem(
        'usage',
        `Data set "${description.name}": ${split} size ${asked} is not a count of examples.`,
        {
          hint: `Give a whole number from 0 to ${most}.`,
        },
      )
    }
    if (asked > most) {
      throw new Problem(
        'usage',
        `Data set "${description.name}": asked for ${asked} ${split} examples, but there are ${most}.`,
        { hint: `Ask for at most ${most}, or leave the size out to use them all.` },
      )
    }
  }
  return { train: size.train, test: size.test }
}

/** The first `count` examples, in memory of their own so that the rest can be freed. */
export function firstExamples(examples: Examples, count: number): Examples {
  if (count === examples.count) return examples
  const bytesEach = examples.images.length / examples.count
  return {
    count,
    images: examples.images.slice(0, count * bytesEach),
    labels: examples.labels.slice(0, count),
  }
}
