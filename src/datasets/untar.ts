const BLOCK = 512
/** Where the fields of a header are: offset and length (POSIX.1-1988, "ustar"). */
const NAME = [0, 100] as const
const SIZE = [124, 12] as const
const CHECKSUM = [148, 8] as const
const TYPE = 156
const MAGIC = [257, 5] as const
const PREFIX = [345, 155] as const

/**
 * The regular files of a ustar archive by their path; folders and links are left out. The content is that of `tar`,
 * not copied. Throws an `Error` where the archive is damaged or cut short.
 */
export function untar(tar: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  let at = 0
  while (at + BLOCK <= tar.length) {
    const header = tar.subarray(at, at + BLOCK)
    if (header.every((byte) => byte === 0)) return files
    if (octal(header, CHECKSUM) !== checksum(header)) throw new Error(`no tar header at byte ${at}`)
    const size = octal(header, SIZE)
    const content = tar.subarray(at + BLOCK, at + BLOCK + size)
    const path = pathOf(header)
    if (content.length < size) {
      throw new Error(`${path} is cut short: its header promises ${size} bytes, but ${content.length} follow`)
    }
    const type = String.fromCharCode(header[TYPE] as number)
    if (type === '0' || type === '\0') files.set(path, content)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  throw new Error('the archive is cut short: it has no end mark')
}

function pathOf(header: Uint8Array): string {
  const prefix = text(header, MAGIC) === 'ustar' ? text(header, PREFIX) : ''
  return prefix === '' ? text(header, NAME) : `${prefix}/${text(header, NAME)}`
}

/** The sum of the header's bytes, those of the checksum itself taken as spaces. */
function checksum(header: Uint8Array): number {
  const [start, length] = CHECKSUM
  return header.reduce((sum, byte, i) => sum + (i >= start && i < start + length ? 32 : byte), 0)
}

function octal(header: Uint8Array, field: readonly [number, number]): number {
  const digits = text(header, field).trim()
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
}

function text(header: Uint8Array, [start, length]: readonly [number, number]): string {
  const field = Buffer.from(header.subarray(start, start + length)).toString('latin1')
  return field.split('\0', 1)[0] ?? ''
}
