import type { DataAccess, DatasetDescription, DatasetSource, Examples } from '../values/dataset.ts'
import { Problem } from '../values/problem.ts'
import { findFiles, locateFiles, type FileSet } from './file-set.ts'
import { parseIdx } from './idx.ts'
import { obtainFiles } from './obtain-files.ts'
import { readVerified } from './read-verified.ts'
import { firstExamples } from './size.ts'
import { storedSource } from './stored-source.ts'

const MNIST: DatasetDescription = {
  name: 'mnist',
  shape: [28, 28, 1],
  classes: 10,
  mean: [0.1307],
  std: [0.3081],
  size: { train: 60_000, test: 10_000 },
}

const MNIST_FILES: FileSet = {
  folder: 'mnist',
  files: {
    'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
  mirrors: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'http://yann.lecun.com/exdb/mnist/',
  ],
  limits: { answerMs: 4000, silenceMs: 15_000, leastBytes: 2 ** 15, maxBytes: 2 ** 26 },
  now: Date.now,
}

/** Handwritten digits (LeCun, Cortes, Burges 1998): 60,000 + 10,000 grey images of 28 × 28. */
export const mnist: DatasetSource = idxSource(
  'Handwritten digits, 28 × 28 grey, ten classes.',
  MNIST,
  MNIST_FILES,
)

/**
 * A data set kept as four IDX files named as MNIST's: images and labels for `train` and `t10k`. `files` says what
 * content they must have, `description` how many examples of which shape that is.
 */
export function idxSource(summary: string, description: DatasetDescription, files: FileSet): DatasetSource {
  return storedSource(summary, description, {
    needed: `${Object.keys(files.files).join(', ')} (plain or .gz)`,
    locate: (access) => locateFiles(files, access),
    obtain: (access) => obtainFiles(files, access),
    async read(access, size) {
      // One after the other, so that the same damage is told in the same words every time.
      const train = await readSplit(description, files, access, 'train', description.size.train)
      const test = await readSplit(description, files, access, 't10k', description.size.test)
      return { train: firstExamples(train, size.train), test: firstExamples(test, size.test) }
    },
  })
}

async function readSplit(
  description: DatasetDescription,
  files: FileSet,
  access: DataAccess,
  split: 'train' | 't10k',
  count: number,
): Promise<Examples> {
  const paths = await findFiles(files, access)
  const [height, width] = description.shape
  const read = async (name: string, shape: readonly number[]) => {
    const path = paths.get(name)
    if (path === undefined)
      throw new Problem('data', `Data set "${description.name}": ${name} was there and is gone.`)
    const content = await readVerified(files, access, name, path, (wrong) =>
      diagnose(wrong, path, shape, description.name),
    )
    return parseIdx(content, path, shape.length).data
  }
  const images = await read(`${split}-images-idx3-ubyte`, [count, height, width])
  const labels = await read(`${split}-labels-idx1-ubyte`, [count])
  return { count, images, labels }
}

/** What content with the wrong digest is instead, for the person who has to find the right file. */
function diagnose(content: Uint8Array, path: string, shape: readonly number[], name: string): string {
  try {
    const found = parseIdx(content, path, shape.length).shape.join(' × ')
    const expected = shape.join(' × ')
    if (found !== expected) return `an IDX file of ${found} bytes, not ${expected}`
    return `an IDX file of the right size with other bytes: damaged, or of another data set than ${name}`
  } catch (error) {
    if (error instanceof Problem) return error.message.replace(/\.$/, '')
    throw error
  }
}
