import { expect, test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { parseIdx } from './idx.ts'
import { idxBytes } from './tiny-mnist.fixture.ts'

const six = Uint8Array.from([1, 2, 3, 4, 5, 6])
const good = idxBytes([1, 2, 3], six)

test('shape and bytes are read', () => {
  expect(parseIdx(good, 'a', 3)).toEqual({ shape: [1, 2, 3], data: six })
})

test('the bytes may lie anywhere in a larger buffer', () => {
  const inside = Buffer.concat([Buffer.alloc(7), good, Buffer.alloc(5)]).subarray(7, 7 + good.length)
  expect(parseIdx(inside, 'a', 3)).toEqual({ shape: [1, 2, 3], data: six })
})

test.each([
  ['nothing', new Uint8Array(), 3, "it has 0 bytes, fewer than the magic number's 4"],
  ['text', Buffer.from('<html>'), 3, 'its magic number is 0x3c68746d, expected 0x00000803'],
  [
    'gzip',
    Buffer.from('1f8b0800', 'hex'),
    1,
    'expected 0x00000801 (it is gzipped: its name should end in .gz)',
  ],
  [
    'floats',
    Buffer.from('00000d03', 'hex'),
    3,
    'its elements are of type 32-bit float, expected unsigned byte',
  ],
  ['labels for images', idxBytes([6], six), 3, 'it has 1 dimensions, expected 3'],
  ['half a header', good.subarray(0, 9), 3, 'it ends inside its header (9 bytes, 3 dimensions need 16)'],
  [
    'half the content',
    good.subarray(0, 20),
    3,
    'it is truncated: its header promises 1 × 2 × 3 = 6 bytes of content, but only 4 follow',
  ],
  [
    'too much',
    Buffer.concat([good, six]),
    3,
    'it is too long: its header promises 1 × 2 × 3 = 6 bytes of content, but 12 follow',
  ],
])('%s is refused with a reason', (_, bytes, rank, reason) => {
  const parse = () => parseIdx(bytes, 'folder/file', rank)
  expect(parse).toThrow(Problem)
  expect(parse).toThrow(reason)
  expect(parse).toThrow('folder/file is not a valid IDX file')
})
