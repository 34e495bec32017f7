import { createHash } from 'node:crypto'

/** A SHA-256 digest in lower-case hexadecimal. */
export type Digest = string & { readonly digest: unique symbol }

/** The digest of some content, which may come in pieces. */
export function digest(...pieces: readonly (string | Uint8Array)[]): Digest {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex') as Digest
}

/** First characters of a digest, enough to recognise it on a screen. */
export function short(d: Digest): string {
  return d.slice(0, 10)
}
