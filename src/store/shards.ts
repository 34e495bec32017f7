import { join } from 'node:path'
import type { Digest } from '../values/digest.ts'
import { namesIn } from './temporary.ts'

const isKey = (text: string): text is Digest => /^[0-9a-f]{64}$/.test(text)

/** The folder among those of `root` that holds what belongs to a key. Throws an Error for what is none: keys may come from files. */
export function shardOf(root: string, key: Digest): string {
  if (!isKey(key)) throw new Error(`${JSON.stringify(key)} is not a key`)
  return join(root, key.slice(0, 2))
}

/** Where in `root` what belongs to a key is. */
export function placeOf(root: string, key: Digest): string {
  return join(shardOf(root, key), key)
}

/** The keys that have something in `root`, sorted; other names are passed over. */
export function* keysIn(root: string): Generator<Digest> {
  for (const shard of namesIn(root)) {
    for (const name of namesIn(join(root, shard))) if (isKey(name)) yield name
  }
}
