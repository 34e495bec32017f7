import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished } from 'vitest'
import type { DataAccess, DatasetDescription, DatasetSource } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import type { FileSet } from './file-set.ts'
import { idxSource } from './mnist.ts'

/** A data set in MNIST's form that tests can write in no time: 6 + 4 images of 2 × 3 pixels. */
export const TINY: DatasetDescription = {
  name: 'tiny',
  shape: [2, 3, 1],
  classes: 10,
  mean: [0.5],
  std: [0.5],
  size: { train: 6, test: 4 },
}

/** The bytes of an IDX file of unsigned bytes. */
export function idxBytes(shape: readonly number[], data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header[2] = 0x08
  header[3] = shape.length
  shape.forEach((n, i) => header.writeUInt32BE(n, 4 + 4 * i))
  return Buffer.concat([header, data])
}

const counting = (n: number, from: number) => Uint8Array.from({ length: n }, (_, i) => from + i)

/** Content of the files by name, uncompressed. */
export const TINY_FILES: Readonly<Record<string, Uint8Array>> = {
  'train-images-idx3-ubyte': idxBytes([6, 2, 3], counting(36, 100)),
  'train-labels-idx1-ubyte': idxBytes([6], counting(6, 0)),
  't10k-images-idx3-ubyte': idxBytes([4, 2, 3], counting(24, 200)),
  't10k-labels-idx1-ubyte': idxBytes([4], counting(4, 6)),
}

/** The source of the tiny data set, with the given mirrors and clock. */
export function tinySource(options: { mirrors?: readonly string[]; now?: () => number } = {}): DatasetSource {
  const files: FileSet = {
    folder: 'tiny',
    files: Object.fromEntries(Object.entries(TINY_FILES).map(([name, content]) => [name, digest(content)])),
    mirrors: options.mirrors ?? [],
    limits: { answerMs: 5000, silenceMs: 5000, leastBytes: 1, maxBytes: 10_000 },
    now: options.now ?? Date.now,
  }
  return idxSource('A tiny data set.', TINY, files)
}

/** Writes the tiny data set's files into a folder. */
export async function writeTiny(folder: string, form: 'gzipped' | 'plain' = 'gzipped'): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, content] of Object.entries(TINY_FILES)) {
    if (form === 'gzipped') await writeFile(join(folder, `${name}.gz`), gzipSync(content))
    else await writeFile(join(folder, name), content)
  }
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prune-bench-datasets-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Access to a fresh cache folder and, where asked for, a fresh user's folder. */
export async function freshAccess(change: Partial<DataAccess> = {}): Promise<DataAccess> {
  return { userFolder: undefined, cacheFolder: await temporaryFolder(), download: 'allowed', ...change }
}

/** Starts a web server on this machine for one test; the result is its address, ending in a slash. */
export async function localServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** An address on this machine where nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}/`
}

/** Serves the tiny data set's files gzipped, noting what was asked for. */
export function serveTiny(asked: string[] = []): RequestListener {
  return (request, response) => {
    const name = (request.url ?? '').split('/').at(-1) ?? ''
    asked.push(name)
    const content = TINY_FILES[name.replace(/\.gz$/, '')]
    if (content === undefined) response.writeHead(404).end()
    else response.end(gzipSync(content))
  }
}

/** The `Problem` that some work ends with; fails the test where it ends otherwise. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const caught = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(caught).toBeInstanceOf(Problem)
  return caught as Problem
}
