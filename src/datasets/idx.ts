import { Problem } from '../values/problem.ts'

/** An array of unsigned bytes with its shape, as an IDX file holds it. */
export interface IdxArray {
  readonly shape: readonly number[]
  /** A view of the file's bytes; its length is the product of `shape`. */
  readonly data: Uint8Array
}

const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  0x08: 'unsigned byte',
  0x09: 'signed byte',
  0x0b: '16-bit integer',
  0x0c: '32-bit integer',
  0x0d: '32-bit float',
  0x0e: '64-bit float',
}
const UNSIGNED_BYTE = 0x08

/**
 * Reads an uncompressed IDX file, the format of MNIST (LeCun, Cortes, Burges 1998): two zero bytes, the type of the
 * elements, the number of dimensions, each dimension as a big-endian 32-bit integer, then the elements row-major.
 * `rank` is the number of dimensions it must have. Throws a `Problem` of kind `data` that says which part is wrong.
 */
export function parseIdx(bytes: Uint8Array, file: string, rank: number): IdxArray {
  const wrong = (what: string) => new Problem('data', `${file} is not a valid IDX file: ${what}.`)
  const header = 4 + 4 * rank
  if (bytes.length < 4) throw wrong(`it has ${bytes.length} bytes, fewer than the magic number's 4`)
  const [zero0, zero1, type, dimensions] = bytes as Uint8Array & [number, number, number, number]
  if (zero0 !== 0 || zero1 !== 0 || !(type in ELEMENT_TYPES)) {
    const found = Buffer.from(bytes.subarray(0, 4)).toString('hex')
    const zipped = zero0 === 0x1f && zero1 === 0x8b ? ' (it is gzipped: its name should end in .gz)' : ''
    throw wrong(`its magic number is 0x${found}, expected 0x000008${hexByte(rank)}${zipped}`)
  }
  if (type !== UNSIGNED_BYTE)
    throw wrong(`its elements are of type ${ELEMENT_TYPES[type]}, expected unsigned byte`)
  if (dimensions !== rank) throw wrong(`it has ${dimensions} dimensions, expected ${rank}`)
  if (bytes.length < header) {
    throw wrong(`it ends inside its header (${bytes.length} bytes, ${rank} dimensions need ${header})`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i))
  const expected = shape.reduce((product, n) => product * n, 1)
  const found = bytes.length - header
  const promised = `its header promises ${shape.join(' × ')} = ${expected} bytes of content`
  if (found < expected) throw wrong(`it is truncated: ${promised}, but only ${found} follow`)
  if (found > expected) throw wrong(`it is too long: ${promised}, but ${found} follow`)
  return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + header, found) }
}

function hexByte(n: number): string {
  return n.toString(16).padStart(2, '0')
}
