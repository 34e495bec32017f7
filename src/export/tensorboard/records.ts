import crc32c from 'crc-32/crc32c.js'

const LENGTH_BYTES = 8
const SUM_BYTES = 4

/**
 * Records as TensorFlow keeps them in one file (TFRecord): each with its length before it, and a checksum of either.
 */
export function recordFile(records: readonly Uint8Array[]): Uint8Array {
  const frame = LENGTH_BYTES + 2 * SUM_BYTES
  const file = new Uint8Array(records.reduce((sum, { length }) => sum + frame + length, 0))
  const view = new DataView(file.buffer)
  let at = 0
  for (const record of records) {
    view.setBigUint64(at, BigInt(record.length), true)
    view.setUint32(at + LENGTH_BYTES, masked(file.subarray(at, at + LENGTH_BYTES)), true)
    file.set(record, at + LENGTH_BYTES + SUM_BYTES)
    view.setUint32(at + LENGTH_BYTES + SUM_BYTES + record.length, masked(record), true)
    at += frame + record.length
  }
  return file
}

/** The CRC-32C of bytes, masked as TensorFlow does: a checksum of data that holds checksums would be a weak one. */
function masked(bytes: Uint8Array): number {
  const sum = crc32c.buf(bytes)
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0
}
