import type { DataAccess, DatasetDescription, DatasetSource, Examples } from '../values/dataset.ts'
import { Problem } from '../values/problem.ts'
import {
  findArchived,
  locateArchived,
  obtainArchive,
  type ArchiveSet,
  type FoundFiles,
} from './archive-set.ts'
import { whatNext } from './download-source.ts'
import { readVerified } from './read-verified.ts'
import { storedSource } from './stored-source.ts'

const CIFAR10: DatasetDescription = {
  name: 'cifar10',
  shape: [32, 32, 3],
  classes: 10,
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.2023, 0.1994, 0.201],
  size: { train: 50_000, test: 10_000 },
}

const TRAIN_FILES = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`)
const TEST_FILE = 'test_batch.bin'

const CIFAR10_FILES: ArchiveSet = {
  folder: 'cifar10',
  archive: { name: 'cifar-10-binary.tar.gz', md5: 'c32a1d4ab5d03f1284b67883e8d87530' },
  inner: 'cifar-10-batches-bin',
  names: [...TRAIN_FILES, TEST_FILE],
  mirrors: ['https://www.cs.toronto.edu/~kriz/'],
  limits: { answerMs: 4000, silenceMs: 15_000, leastBytes: 2 ** 15, maxBytes: 2 ** 28 },
  now: Date.now,
}

/** Photographs of ten classes (Krizhevsky 2009): 50,000 + 10,000 colour images of 32 × 32. */
export const cifar10: DatasetSource = cifarSource(
  'Photographs of animals and vehicles, 32 × 32 in colour, ten classes.',
  CIFAR10,
  CIFAR10_FILES,
)

/**
 * A data set kept as CIFAR-10's binary files: five of training examples and one of test examples, each of equally
 * many records: a byte for the class, then the image's red, green and blue planes. `description` says how many
 * examples of which shape there are.
 */
export function cifarSource(
  summary: string,
  description: DatasetDescription,
  set: ArchiveSet,
): DatasetSource {
  return storedSource(summary, description, {
    needed: set.names.join(', '),
    locate: (access) => locateArchived(set, access),
    obtain: (access) => obtainArchive(set, access),
    async read(access, size) {
      const found = await findArchived(set, access)
      if (found === undefined) {
        throw new Problem('data', `Data set "${description.name}": its files were there and are gone.`)
      }
      checkSizes(description, set, access, found)
      return {
        train: await readSplit(description, set, access, found, TRAIN_FILES, size.train),
        test: await readSplit(description, set, access, found, [TEST_FILE], size.test),
      }
    },
  })
}

/** Checks the sizes of all files, also of those that are not read: what has another size is another data set. */
function checkSizes(
  description: DatasetDescription,
  set: ArchiveSet,
  access: DataAccess,
  { files }: FoundFiles,
): void {
  const records = description.size.test
  const expected = records * recordBytes(description)
  for (const { path, size, content } of files) {
    if (size === expected || 'unreadable' in content) continue
    const whole = size % recordBytes(description) === 0
    const told = whole
      ? `${size / recordBytes(description)} records`
      : `no whole number of records of ${recordBytes(description)} bytes`
    throw new Problem(
      'data',
      `Data set "${description.name}": ${path} has ${size} bytes, ${told}; expected ${records} records, ${expected} bytes.`,
      { hint: whatNext(set, access, path) },
    )
  }
}

/** Reads the first `count` examples, and no file that has none of them. */
async function readSplit(
  description: DatasetDescription,
  set: ArchiveSet,
  access: DataAccess,
  { files, record }: FoundFiles,
  names: readonly string[],
  count: number,
): Promise<Examples> {
  const perFile = description.size.test
  const bytes = recordBytes(description) - 1
  const images = new Uint8Array(count * bytes)
  const labels = new Uint8Array(count)
  const digests = Object.fromEntries(
    set.names.map((name, i) => {
      const content = files[i]?.content
      return [name, content !== undefined && 'sha256' in content ? content.sha256 : 'unknown']
    }),
  )
  for (const [turn, name] of names.entries()) {
    const start = turn * perFile
    if (start >= count) break
    const path = files[set.names.indexOf(name)]?.path ?? name
    const diagnose = () =>
      `another one than was found before; delete ${record} if the file was changed on purpose`
    const content = await readVerified({ ...set, files: digests }, access, name, path, diagnose)
    checkLabels(description, content, path, whatNext(set, access, path))
    const used = Math.min(perFile, count - start)
    const to = { images: images.subarray(start * bytes), labels: labels.subarray(start) }
    interleave(content, used, description.shape, to)
  }
  return { count, images, labels }
}

function checkLabels(description: DatasetDescription, content: Uint8Array, path: string, hint: string): void {
  const bytes = recordBytes(description)
  for (let at = 0; at < content.length; at += bytes) {
    const label = content[at] as number
    if (label < description.classes) continue
    throw new Problem(
      'data',
      `Data set "${description.name}": ${path} has the label ${label} in record ${at / bytes}, but there are only ${description.classes} classes.`,
      { hint },
    )
  }
}

/** Turns the planes of the first `count` records into rows of pixels with their channels side by side. */
function interleave(
  content: Uint8Array,
  count: number,
  [height, width, channels]: DatasetDescription['shape'],
  { images, labels }: { images: Uint8Array; labels: Uint8Array },
): void {
  const plane = height * width
  let from = 0
  for (let i = 0; i < count; i++) {
    labels[i] = content[from++] as number
    for (let channel = 0; channel < channels; channel++) {
      let to = i * plane * channels + channel
      for (let pixel = 0; pixel < plane; pixel++, to += channels) images[to] = content[from++] as number
    }
  }
}

function recordBytes({ shape: [height, width, channels] }: DatasetDescription): number {
  return 1 + height * width * channels
}
