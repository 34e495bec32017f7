import { join } from 'node:path'
import { canonicalJson } from '../values/canonical-json.ts'
import type { DataAccess, DatasetDescription, DatasetSource, Examples } from '../values/dataset.ts'
import { digest, type Digest } from '../values/digest.ts'
import { stream, type Stream } from '../values/random.ts'
import { CHUNK, readChunk, writeChunk } from './chunk-cache.ts'
import { resolveSize } from './size.ts'

const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2

/** How a data set's examples are made. */
export interface Generator {
  readonly summary: string
  readonly description: DatasetDescription
  readonly seed: string
  /** Identifies what is drawn; to be raised by one whenever the bytes of any example change. */
  readonly version: number
  /** Writes the bytes of one image of a class to `out` at `at`, varied by `random` alone, equal on every machine. */
  readonly draw: (random: Stream, label: number, out: Uint8Array, at: number) => void
}

/** A data set that is drawn from a seed, needs no download, and is kept in the cache folder once it is drawn. */
export function generatedSource(generator: Generator): DatasetSource {
  const { summary, description, version, seed } = generator
  // identifies the whole data set, whatever part of it is used
  const identity: Digest = digest(canonicalJson({ generator: description.name, version, seed }))
  return {
    summary,
    description,
    inRandomOrder: true,
    locate: (access) =>
      Promise.resolve({
        status: 'present',
        digest: identity,
        origin: `generated from a seed (version ${version}), kept in ${folderOf(generator, access)}`,
      }),
    async load(access, size) {
      const wanted = resolveSize(description, size)
      const train = await loadSplit(generator, 'train', wanted.train, access)
      const test = await loadSplit(generator, 'test', wanted.test, access)
      return { ...description, train, test }
    },
  }
}

/**
 * The examples `from` … `from + count − 1` of a split. Example i depends on the split and i alone; where there are n
 * classes, each has one of every n examples in a row (0 … n − 1, n … 2n − 1, …).
 */
export function generateExamples(
  { description, seed, draw }: Generator,
  split: 'train' | 'test',
  from: number,
  count: number,
): Examples {
  const { classes } = description
  const bytes = bytesEach(description)
  const images = new Uint8Array(count * bytes)
  const labels = new Uint8Array(count)
  let order: Int32Array = new Int32Array()
  for (let i = 0; i < count; i++) {
    const index = from + i
    if (i === 0 || index % classes === 0) {
      order = stream(seed, `${split}/classes-${Math.floor(index / classes)}`).permutation(classes)
    }
    const label = order[index % classes] as number
    labels[i] = label
    draw(stream(seed, `${split}/example-${index}`), label, images, i * bytes)
  }
  return { count, images, labels }
}

async function loadSplit(
  generator: Generator,
  split: 'train' | 'test',
  count: number,
  access: DataAccess,
): Promise<Examples> {
  const { description, version } = generator
  const bytes = bytesEach(description)
  const images = new Uint8Array(count * bytes)
  const labels = new Uint8Array(count)
  const chunks = Math.ceil(count / CHUNK)
  const first = Math.floor(startOfThisProcess() * chunks)
  const what = `generating ${description.name} (${split})`
  const report = (done: number) => access.report?.({ what, done, total: count, unit: 'examples' })
  let generated = 0
  for (let turn = 0; turn < chunks; turn++) {
    const index = (first + turn) % chunks
    const file = `v${version}-${split}-${String(index).padStart(2, '0')}.bin`
    const path = join(folderOf(generator, access), file)
    let chunk = await readChunk(path, bytes)
    if (chunk === undefined) {
      report(generated)
      chunk = generateExamples(generator, split, index * CHUNK, CHUNK)
      await writeChunk(path, chunk)
      generated = Math.min(count, generated + CHUNK)
      report(generated)
    }
    const start = index * CHUNK
    const used = Math.min(CHUNK, count - start)
    images.set(chunk.images.subarray(0, used * bytes), start * bytes)
    labels.set(chunk.labels.subarray(0, used), start)
  }
  return { count, images, labels }
}

/**
 * Where in [0, 1) of a split this process begins. Workers that start together have neighbouring process ids and so
 * begin far apart: each finds generated what the others have reached.
 */
function startOfThisProcess(): number {
  return (process.pid * GOLDEN_RATIO) % 1
}

function folderOf({ description }: Generator, access: DataAccess): string {
  return join(access.cacheFolder, description.name)
}

function bytesEach({ shape: [height, width, channels] }: DatasetDescription): number {
  return height * width * channels
}
