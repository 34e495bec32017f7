declare module 'crc-32/crc32c.js' {
  const crc32c: {
    /** The CRC-32C (Castagnoli) of bytes as a signed 32-bit integer. */
    readonly buf: (bytes: Uint8Array) => number
  }
  export default crc32c
}
