import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

const gunzipped = promisify(gunzip)

// more than any data set here unpacks to, so that a hostile answer cannot fill the memory
const MAX_BYTES = 2 ** 30

/** The content of a gzipped file. Rejects with zlib's error where it is not one, or cut short. */
export function unzip(bytes: Uint8Array): Promise<Uint8Array> {
  return gunzipped(bytes, { maxOutputLength: MAX_BYTES })
}
