import { join } from 'node:path'
import { canonicalJson } from '../values/canonical-json.ts'
import type { DataAccess, DatasetDescription, DatasetSource, Examples } from '../values/dataset.ts'
import { digest, type Digest } from '../values/digest.ts'
import { stream } from '../values/random.ts'
import { drawGlyph, GLYPH_SIDE } from './draw-glyph.ts'
import { GLYPH_CHUNK, readChunk, writeChunk } from './glyph-cache.ts'
import { resolveSize } from './size.ts'

const SEED = 'glyphs'
/** Identifies what is drawn; to be raised by one whenever the bytes of any example change. */
const GLYPHS_VERSION = 1
const CLASSES = 10
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2
const PIXELS = GLYPH_SIDE * GLYPH_SIDE

const GLYPHS: DatasetDescription = {
  name: 'glyphs',
  shape: [GLYPH_SIDE, GLYPH_SIDE, 1],
  classes: CLASSES,
  mean: [0.1342],
  std: [0.2422],
  size: { train: 60_000, test: 10_000 },
}

/** Identifies the whole data set, whatever part of it is used: its generator, that one's version and its seed. */
const IDENTITY: Digest = digest(canonicalJson({ generator: 'glyphs', version: GLYPHS_VERSION, seed: SEED }))

/** Drawn signs of ten classes, generated here: a stand-in for MNIST that needs no download. */
export const glyphs: DatasetSource = {
  summary: 'Generated signs of ten classes, 28 × 28 grey, distorted and noisy; needs no download.',
  description: GLYPHS,
  locate: (access) =>
    Promise.resolve({
      status: 'present',
      digest: IDENTITY,
      origin: `generated from a seed (version ${GLYPHS_VERSION}), kept in ${folderOf(access)}`,
    }),
  async load(access, size) {
    const wanted = resolveSize(GLYPHS, size)
    const train = await loadSplit('train', wanted.train, access)
    const test = await loadSplit('test', wanted.test, access)
    return { ...GLYPHS, train, test }
  },
}

/**
 * The examples `from` … `from + count − 1` of a split. Example i depends on the split and i alone; of every ten
 * examples in a row (0 … 9, 10 … 19, …) each class has one.
 */
export function generateGlyphs(split: 'train' | 'test', from: number, count: number): Examples {
  const images = new Uint8Array(count * PIXELS)
  const labels = new Uint8Array(count)
  let order: Int32Array = new Int32Array()
  for (let i = 0; i < count; i++) {
    const index = from + i
    if (i === 0 || index % CLASSES === 0) {
      order = stream(SEED, `${split}/classes-${Math.floor(index / CLASSES)}`).permutation(CLASSES)
    }
    const label = order[index % CLASSES] as number
    labels[i] = label
    drawGlyph(stream(SEED, `${split}/example-${index}`), label, images, i * PIXELS)
  }
  return { count, images, labels }
}

async function loadSplit(split: 'train' | 'test', count: number, access: DataAccess): Promise<Examples> {
  const images = new Uint8Array(count * PIXELS)
  const labels = new Uint8Array(count)
  const chunks = Math.ceil(count / GLYPH_CHUNK)
  const first = Math.floor(startOfThisProcess() * chunks)
  const report = (done: number) =>
    access.report?.({ what: `generating glyphs (${split})`, done, total: count, unit: 'examples' })
  let generated = 0
  for (let turn = 0; turn < chunks; turn++) {
    const index = (first + turn) % chunks
    const path = join(folderOf(access), `v${GLYPHS_VERSION}-${split}-${String(index).padStart(2, '0')}.bin`)
    let chunk = await readChunk(path, PIXELS)
    if (chunk === undefined) {
      report(generated)
      chunk = generateGlyphs(split, index * GLYPH_CHUNK, GLYPH_CHUNK)
      await writeChunk(path, chunk)
      generated = Math.min(count, generated + GLYPH_CHUNK)
      report(generated)
    }
    const start = index * GLYPH_CHUNK
    const used = Math.min(GLYPH_CHUNK, count - start)
    images.set(chunk.images.subarray(0, used * PIXELS), start * PIXELS)
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

function folderOf(access: DataAccess): string {
  return join(access.cacheFolder, 'glyphs')
}
