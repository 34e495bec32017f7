import { readSync } from 'node:fs'
import type { Artifact } from '../values/artifact.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import { digest } from '../values/digest.ts'
import type { Digest } from '../values/digest.ts'
import type { JsonObject } from '../values/json.ts'
import {
  decodeSafetensors,
  layOutTensors,
  safetensorsHeader,
  safetensorsMetadata,
} from '../values/safetensors.ts'
import { BadFile } from './bad-file.ts'
import { readFile, withFile } from './read-file.ts'
import type { Provenance } from './types.ts'

/*
 * An artifact is one safetensors file. Facts and provenance are in the header's `__metadata__`, as are the digest of
 * everything behind the header and, at a fixed place, that of the header itself with zeros in its own place: each part can be
 * verified without the other.
 */

/** What an artifact's header says. `content` covers facts and tensors, not the provenance; `data` the bytes behind the header. */
export interface ArtifactHeader {
  readonly content: Digest
  readonly data: Digest
  readonly facts: JsonObject
  readonly provenance: Provenance
}

const LENGTH_BYTES = 8
const NO_DIGEST = '0'.repeat(64)
const DIGEST_START = LENGTH_BYTES + '{"__metadata__":{"header":"'.length
const DIGEST_END = DIGEST_START + NO_DIGEST.length

/** The bytes of an artifact's file, to be written one piece after another, and the digest of its content. */
export function encodeArtifact(
  key: Digest,
  artifact: Artifact,
  provenance: Provenance,
): { readonly content: Digest; readonly pieces: readonly Uint8Array[] } {
  const facts = canonicalJson(artifact.facts)
  const { entries, data } = layOutTensors(artifact.tensors)
  const dataDigest = digest(...data)
  const content = digest(JSON.stringify([facts, entries, dataDigest]))
  const header = safetensorsHeader(entries, {
    ...{ header: NO_DIGEST, key, content, data: dataDigest },
    ...{ facts, provenance: canonicalJson({ ...provenance }) },
  })
  header.set(Buffer.from(digest(header)), DIGEST_START)
  return { content, pieces: [header, ...data] }
}

/** The verified header of an artifact's file, of which no more is read; undefined where there is none. Throws `BadFile`. */
export function readHeader(file: string, key: Digest): ArtifactHeader | undefined {
  return withFile(file, (descriptor, size) => {
    const length = readAll(descriptor, Math.min(size, LENGTH_BYTES), 0)
    return parseHeader(file, key, readAll(descriptor, headerEnd(file, length, size), 0))
  })
}

/** The verified artifact in a file, and its header; undefined where there is no file. Throws `BadFile`. */
export function readArtifact(file: string, key: Digest): (Artifact & ArtifactHeader) | undefined {
  const bytes = readFile(file)
  if (bytes === undefined) return undefined
  const end = headerEnd(file, bytes, bytes.length)
  const header = parseHeader(file, key, bytes.subarray(0, end))
  const data = digest(bytes.subarray(end))
  if (data !== header.data) throw new BadFile(file, header.data, data)
  return { ...header, tensors: parsed(file, () => decodeSafetensors(bytes)) }
}

function headerEnd(file: string, bytes: Buffer, size: number): number {
  const end = bytes.length < LENGTH_BYTES ? Infinity : LENGTH_BYTES + Number(bytes.readBigUInt64LE())
  if (end > size) throw new BadFile(file, `a header of ${end} bytes`, `a file of ${size}`)
  return end
}

function parseHeader(file: string, key: Digest, bytes: Buffer): ArtifactHeader {
  const stored = bytes.toString('latin1', DIGEST_START, DIGEST_END)
  const expected = /^[0-9a-f]{64}$/.test(stored) ? stored : 'a digest in the header'
  const found = digest(bytes.subarray(0, DIGEST_START), NO_DIGEST, bytes.subarray(DIGEST_END))
  if (found !== expected) throw new BadFile(file, expected, found)
  return parsed(file, () => {
    const { key: its, content, data, facts, provenance } = safetensorsMetadata(bytes)
    if (its !== key) throw new BadFile(file, key, String(its))
    return {
      content: content as Digest,
      data: data as Digest,
      facts: JSON.parse(String(facts)) as JsonObject,
      provenance: JSON.parse(String(provenance)) as Provenance,
    }
  })
}

function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof BadFile) throw error
    throw new BadFile(file, 'an artifact', (error as Error).message, error)
  }
}

function readAll(descriptor: number, bytes: number, position: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  let done = 0
  for (let read = 1; read > 0 && done < bytes; done += read)
    read = readSync(descriptor, buffer, done, bytes - done, position + done)
  return buffer.subarray(0, done)
}
