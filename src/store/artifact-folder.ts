import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { Artifact } from '../values/artifact.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import { digest } from '../values/digest.ts'
import type { Digest } from '../values/digest.ts'
import type { Json, JsonObject } from '../values/json.ts'
import { decodeSafetensors, encodeSafetensors } from '../values/safetensors.ts'
import { BadFile } from './bad-file.ts'
import { writeDurably } from './durable.ts'
import { readFile } from './read-file.ts'
import type { Provenance } from './types.ts'

/** The files of an artifact's folder. `tensors` is absent where the artifact has none. */
export const artifactFiles = {
  facts: 'facts.json',
  tensors: 'tensors.safetensors',
  digests: 'digests.json',
  provenance: 'provenance.json',
} as const

/** `digests.json`: what the other files must be. `content` covers facts and tensors, not the provenance. */
export interface Digests {
  readonly key: Digest
  readonly facts: Digest
  readonly tensors: Digest | null
  readonly provenance: Digest
  readonly content: Digest
}

/** Writes an artifact's files into an empty folder, durably, and tells their digests. */
export function writeArtifact(
  folder: string,
  key: Digest,
  { facts, tensors }: Artifact,
  provenance: Provenance,
): Digests {
  const factsText = canonicalJson(facts)
  const provenanceText = canonicalJson({ ...provenance })
  const tensorBytes = Object.keys(tensors).length === 0 ? undefined : encodeSafetensors(tensors)
  const digests = digestsOf(key, factsText, tensorBytes, provenanceText)
  writeDurably(join(folder, artifactFiles.facts), factsText)
  if (tensorBytes !== undefined) writeDurably(join(folder, artifactFiles.tensors), tensorBytes)
  writeDurably(join(folder, artifactFiles.provenance), provenanceText)
  writeDurably(join(folder, artifactFiles.digests), canonicalJson({ ...digests }))
  return digests
}

/** The verified artifact in a folder; undefined where there is no folder. `known` are its facts, read before. Throws `BadFile`. */
export function readArtifact(folder: string, key: Digest, known?: JsonObject): Artifact | undefined {
  const digests = readDigests(folder, key)
  if (digests === undefined) return undefined
  const facts = known ?? readJson(join(folder, artifactFiles.facts), digests.facts)
  return { facts, tensors: readTensors(join(folder, artifactFiles.tensors), digests.tensors) }
}

/** The verified facts in a folder; undefined where there is no folder. Throws `BadFile`. */
export function readFacts(folder: string, key: Digest): JsonObject | undefined {
  const digests = readDigests(folder, key)
  return digests === undefined ? undefined : readJson(join(folder, artifactFiles.facts), digests.facts)
}

/** The verified provenance in a folder; undefined where there is no folder. Throws `BadFile`. */
export function readProvenance(folder: string, key: Digest): Provenance | undefined {
  const digests = readDigests(folder, key)
  if (digests === undefined) return undefined
  return readJson(join(folder, artifactFiles.provenance), digests.provenance) as unknown as Provenance
}

/** The digests of a folder's files, themselves checked for consistency; undefined where there is no folder. Throws `BadFile`. */
export function readDigests(folder: string, key: Digest): Digests | undefined {
  const file = join(folder, artifactFiles.digests)
  let text = readFile(file)?.toString('utf8')
  if (text === undefined) {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return undefined
    // Another process may have put the whole folder in place between the two looks.
    text = readFile(file)?.toString('utf8')
    if (text === undefined) throw new BadFile(file, 'the digests of the artifact', 'no such file')
  }
  const digests = parseDigests(text)
  if (digests === undefined) throw new BadFile(file, 'a JSON object', JSON.stringify(text.slice(0, 40)))
  const content = contentDigest(digests.facts, digests.tensors)
  if (digests.content !== content) throw new BadFile(file, content, String(digests.content))
  if (digests.key !== key) throw new BadFile(file, key, String(digests.key))
  return digests
}

function parseDigests(text: string): Digests | undefined {
  try {
    return (JSON.parse(text) as Digests | null) ?? undefined
  } catch {
    return undefined
  }
}

function digestsOf(key: Digest, facts: string, tensors: Uint8Array | undefined, provenance: string): Digests {
  const [factsDigest, tensorsDigest] = [digest(facts), tensors === undefined ? null : digest(tensors)]
  return {
    key,
    facts: factsDigest,
    tensors: tensorsDigest,
    provenance: digest(provenance),
    content: contentDigest(factsDigest, tensorsDigest),
  }
}

function contentDigest(facts: Digest, tensors: Digest | null): Digest {
  return digest(JSON.stringify([facts, tensors]))
}

function readJson(file: string, expected: Digest): JsonObject {
  const bytes = readVerified(file, expected)
  try {
    return JSON.parse(bytes.toString('utf8')) as Json as JsonObject
  } catch (error) {
    throw new BadFile(file, 'JSON', (error as Error).message, error)
  }
}

function readTensors(file: string, expected: Digest | null): Artifact['tensors'] {
  if (expected === null) return {}
  const bytes = readVerified(file, expected)
  try {
    return decodeSafetensors(bytes)
  } catch (error) {
    throw new BadFile(file, 'a safetensors file', (error as Error).message, error)
  }
}

function readVerified(file: string, expected: Digest): Buffer {
  const bytes = readFile(file)
  if (bytes === undefined) throw new BadFile(file, expected, 'no such file')
  const found = digest(bytes)
  if (found !== expected) throw new BadFile(file, expected, found)
  return bytes
}
