import { createHash } from 'node:crypto'

/** A SHA-256 digest in lower-case hexadecimal. */
export type Digest = string & { readonly digest: unique symbol }

export function digest(content: string | Uint8Array): Digest {
  return createHash('sha256').update(content).digest('hex') as Digest
}

/** First characters of a digest, enough to recognise it on a screen. */
export function short(d: Digest): string {
  return d.slice(0, 10)
}
