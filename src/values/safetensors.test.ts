import { expect, test } from 'vitest'
import type { HostTensor, NamedTensors } from './host-tensor.ts'
import { float32, int32, uint8 } from './host-tensor.ts'
import { stream } from './random.ts'
import {
  decodeSafetensors,
  encodeSafetensors,
  layOutTensors,
  safetensorsHeader,
  safetensorsMetadata,
} from './safetensors.ts'

const bool = (shape: readonly number[], ...data: number[]): HostTensor => ({
  dtype: 'bool',
  shape,
  data: Uint8Array.from(data),
})

/** A file by the format's definition: length, header, data. */
function file(header: unknown, data: readonly number[] = [], length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}
const entry = (dtype: string, shape: unknown, start: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [start, end],
})

const golden: NamedTensors = {
  'fc1/weight': float32([2, 1], [1, -2]),
  'fc1/mask': bool([2, 1], 1, 0),
  k: int32([], [-3]),
}
const goldenHeader =
  '{"fc1/mask":{"dtype":"BOOL","shape":[2,1],"data_offsets":[12,14]},' +
  '"fc1/weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},' +
  '"k":{"dtype":"I32","shape":[],"data_offsets":[8,12]}}'

test('the bytes of a file are fixed', () => {
  // 183 characters, padded with a space to 184 = 0xb8; then 1, −2 and −3 in little endian, then the mask
  const data = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0xfd, 0xff, 0xff, 0xff, 1, 0]
  expect(goldenHeader).toHaveLength(183)
  const expected = file(`${goldenHeader} `, data)
  expect([...expected.subarray(0, 8)]).toEqual([0xb8, 0, 0, 0, 0, 0, 0, 0])
  expect(encodeSafetensors(golden)).toEqual(expected)
  expect(decodeSafetensors(expected)).toEqual(golden)
})

test('the order in which tensors were named does not matter', () => {
  const reversed = Object.fromEntries(Object.entries(golden).reverse())
  expect(encodeSafetensors(reversed)).toEqual(encodeSafetensors(golden))
})

test('whatever is encoded comes back', () => {
  const random = stream(1, 'safetensors')
  for (let round = 0; round < 50; round++) {
    const tensors = Object.fromEntries(
      Array.from({ length: random.integer(5) }, (_, i): [string, HostTensor] => {
        const shape = Array.from({ length: random.integer(3) }, () => random.integer(4))
        const n = shape.reduce((a, b) => a * b, 1)
        const numbers = Array.from({ length: n }, () => random.integer(256))
        const made = [
          float32(
            shape,
            numbers.map((x) => x / 7),
          ),
          int32(
            shape,
            numbers.map((x) => x - 128),
          ),
          uint8(shape, Uint8Array.from(numbers)),
          bool(shape, ...numbers.map((x) => x % 2)),
        ]
        return [`größe "${i}"\n`, made[random.integer(4)] as HostTensor]
      }),
    )
    const encoded = encodeSafetensors(tensors)
    expect(decodeSafetensors(encoded)).toEqual(tensors)
    // a view that begins anywhere
    const shifted = new Uint8Array(encoded.length + 3).subarray(3)
    shifted.set(encoded)
    expect(decodeSafetensors(shifted)).toEqual(tensors)
    expect(decodeSafetensors(Buffer.from(encoded))).toEqual(tensors)
  }
})

test('infinities, NaN and negative zero keep their bits', () => {
  const values = float32([4], [Infinity, -Infinity, NaN, -0])
  expect(decodeSafetensors(encodeSafetensors({ values })).values?.data).toEqual(values.data)
})

test('decoding copies nothing where the file is aligned', () => {
  const encoded = encodeSafetensors(golden)
  for (const { data } of Object.values(decodeSafetensors(encoded))) expect(data.buffer).toBe(encoded.buffer)
})

test('decoding aligns what is not', () => {
  const unaligned = file({ x: entry('F32', [1], 0, 4) }, [0, 0, 0x80, 0x3f])
  expect((unaligned.length - 4) % 4).not.toBe(0)
  expect(decodeSafetensors(unaligned)).toEqual({ x: float32([1], [1]) })
})

test('metadata stands first in the header, and tensors are what they are without it', () => {
  const bytes = encodeSafetensors(golden, { suite: 'mlp', cell: 'snip "90%"' })
  const header = `{"__metadata__":{"suite":"mlp","cell":"snip \\"90%\\""},${goldenHeader.slice(1)}`
  expect(new TextDecoder().decode(bytes.subarray(8, 8 + header.length))).toBe(header)
  expect(decodeSafetensors(bytes)).toEqual(golden)
})

test('metadata of other programs is passed over', () => {
  const other = file({ __metadata__: { format: 'pt' }, x: entry('U8', [2], 0, 2) }, [4, 5])
  expect(decodeSafetensors(other)).toEqual({ x: uint8([2], Uint8Array.of(4, 5)) })
})

test.each([
  ['nothing', new Uint8Array(0), 'only 0 bytes'],
  ['a torn header', file('{}', [], 100n), 'header should have 100 bytes, 2 are left'],
  ['a header of one byte more than there is', file('{}', [], 3n), 'header should have 3 bytes, 2 are left'],
  ['an absurd header length', file('{}', [], 2n ** 63n), 'header should have 9223372036854775808 bytes'],
  ['a header that is not JSON', file('{"x":'), 'not JSON'],
  ['a header that is not UTF-8', new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 0xff]), 'not JSON'],
  ['a header that is a list', file('[]'), 'not a JSON object'],
  ['an entry that is no object', file({ x: 1 }), '"x" is not an object'],
  ['an unknown element type', file({ x: entry('F16', [1], 0, 2) }, [0, 0]), '"x" has element type "F16"'],
  ['an inherited name', file({ x: entry('toString', [1], 0, 1) }, [0]), 'element type "toString"'],
  ['a negative size', file({ x: entry('U8', [-1], 0, 1) }, [0]), '"x" has no valid shape'],
  ['a fractional offset', file({ x: entry('U8', [1], 0, 1.5) }, [0]), '"x" has no valid data_offsets'],
  [
    'three offsets',
    file({ x: { ...entry('U8', [1], 0, 1), data_offsets: [0, 1, 1] } }, [0]),
    '"x" has no valid data_offsets',
  ],
  [
    'offsets that are none',
    file({ x: { dtype: 'U8', shape: [1], data_offsets: 'ab' } }, [0]),
    '"x" has no valid data_offsets',
  ],
  ['a null entry', file({ x: null }), '"x" is not an object'],
  [
    'an element type that is a list',
    file({ x: { ...entry('U8', [1], 0, 1), dtype: ['U8'] } }, [0]),
    'element type ["U8"]',
  ],
  [
    'a name that is not UTF-8',
    Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
    'not JSON',
  ],
  [
    'a wrong size',
    file({ x: entry('F32', [2], 0, 4) }, [0, 0, 0, 0]),
    'needs 8 bytes, its data_offsets 0–4 hold 4',
  ],
  [
    'an end before its start',
    file({ x: entry('U8', [0], 4, 0) }, [0, 0, 0, 0]),
    'needs 0 bytes, its data_offsets 4–0 hold -4',
  ],
  ['truncated data', file({ x: entry('U8', [4], 0, 4) }, [0, 0, 0]), 'need 4 bytes, it holds 3'],
  ['more data', file({ x: entry('U8', [1], 0, 1) }, [0, 0]), 'last 1 bytes'],
  [
    'overlapping tensors',
    file({ x: entry('U8', [2], 0, 2), y: entry('U8', [2], 1, 3) }, [0, 0, 0]),
    '"y" begins at 1, inside',
  ],
  [
    'a gap',
    file({ x: entry('U8', [1], 0, 1), y: entry('U8', [1], 2, 3) }, [0, 0, 0]),
    'bytes 1–2 of the data belong to no tensor',
  ],
  ['a boolean of 2', file({ x: entry('BOOL', [1], 0, 1) }, [2]), 'other than 0 and 1'],
])('%s is refused', (_, bytes, message) => {
  expect(() => decodeSafetensors(bytes)).toThrow(message)
})

test('every truncation is refused', () => {
  const encoded = encodeSafetensors(golden)
  for (let length = 0; length < encoded.length; length++)
    expect(() => decodeSafetensors(encoded.subarray(0, length))).toThrow(Error)
})

test('what the format cannot say is not encoded', () => {
  expect(() => encodeSafetensors({ x: float32([2], [1]) })).toThrow('"x" of shape [2] has 1 elements')
  expect(() => encodeSafetensors({ __metadata__: float32([1], [1]) })).toThrow('cannot be named')
})

test('metadata is read from a file, and from its beginning alone', () => {
  const about = { suite: 'mlp', cell: 'snip "90%"' }
  expect(safetensorsMetadata(encodeSafetensors(golden, about))).toEqual(about)
  const { entries } = layOutTensors(golden)
  expect(safetensorsMetadata(safetensorsHeader(entries, about))).toEqual(about)
  expect(safetensorsMetadata(Buffer.from(safetensorsHeader(entries, about)))).toEqual(about)
  expect(safetensorsMetadata(encodeSafetensors(golden))).toEqual({})
  expect(safetensorsMetadata(encodeSafetensors({}, {}))).toEqual({})
})

test.each([[['a']], [null], ['text'], [{ a: 'text', b: 1 }]])('metadata %j is refused', (metadata) => {
  const bytes = file({ __metadata__: metadata })
  if (metadata === null) expect(safetensorsMetadata(bytes)).toEqual({})
  else expect(() => safetensorsMetadata(bytes)).toThrow('__metadata__ is not an object of texts')
})

test('the shortest file is one without tensors', () => {
  const empty = encodeSafetensors({})
  expect(empty).toEqual(file('{}      '))
  expect(decodeSafetensors(empty)).toEqual({})
  expect(() => decodeSafetensors(new Uint8Array(8))).toThrow('not JSON')
})
