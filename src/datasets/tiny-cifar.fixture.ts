import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { DatasetDescription, DatasetSource } from '../values/dataset.ts'
import { cifarSource } from './cifar10.ts'

/** A data set in CIFAR-10's form that tests can write in no time: 5 × 2 + 2 images of 2 × 3 pixels. */
export const TINY_COLOUR: DatasetDescription = {
  name: 'tiny',
  shape: [2, 3, 3],
  classes: 10,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  size: { train: 10, test: 2 },
}

export const TINY_INNER = 'tiny-bin'

/** Record `i`: the class `i` mod 10, then red 1 … 6, green 101 … 106, blue 201 … 206, all of them `i` higher. */
function recordOf(i: number): number[] {
  const planes = [1, 101, 201].flatMap((first) => [0, 1, 2, 3, 4, 5].map((pixel) => first + pixel + i))
  return [i % 10, ...planes]
}

/** Content of the files by name. */
export const TINY_BATCHES: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
  ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'].map(
    (name, i) => [`${name}.bin`, Uint8Array.from([...recordOf(2 * i), ...recordOf(2 * i + 1)])],
  ),
)

/** A ustar archive of the given files. */
export function tarOf(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const parts = Object.entries(files).flatMap(([path, content]) => {
    const header = Buffer.alloc(512)
    header.write(path, 0)
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('0', 156)
    header.write('ustar\x0000', 257)
    header.fill(' ', 148, 156)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

/** The tiny data set's archive. */
export const TINY_ARCHIVE = gzipSync(
  tarOf(
    Object.fromEntries(
      Object.entries(TINY_BATCHES).map(([name, content]) => [`${TINY_INNER}/${name}`, content]),
    ),
  ),
)

/** The source of the tiny data set, with the given mirrors and clock, and the MD5 its archive must have. */
export function tinyCifar(
  options: { mirrors?: readonly string[]; now?: () => number; md5?: string } = {},
): DatasetSource {
  return cifarSource('A tiny data set.', TINY_COLOUR, {
    folder: 'tiny',
    archive: {
      name: 'tiny.tar.gz',
      md5: options.md5 ?? createHash('md5').update(TINY_ARCHIVE).digest('hex'),
    },
    inner: TINY_INNER,
    names: Object.keys(TINY_BATCHES),
    mirrors: options.mirrors ?? [],
    limits: { answerMs: 5000, silenceMs: 5000, leastBytes: 1, maxBytes: 10_000 },
    now: options.now ?? Date.now,
  })
}

/** Writes the tiny data set's files into a folder. */
export async function writeBatches(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, content] of Object.entries(TINY_BATCHES)) await writeFile(join(folder, name), content)
}

/** Serves one answer to every request, noting what was asked for. */
export function serveBytes(bytes: Uint8Array, asked: string[] = []): RequestListener {
  return (request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
  }
}
