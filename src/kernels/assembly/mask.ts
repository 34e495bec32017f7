// Masks are bytes, 0 or 1, one after the other. Reading up to 15 bytes past an end is allowed: memory is laid out for it.

/**
 * Packs a mask of `size` bytes, eight to a byte, the first one lowest, and returns its ones; −1 if it has bytes other than
 * 0 and 1.
 */
export function packMask(mask: usize, size: i32, packed: usize): i32 {
  let ones = 0
  let others = i8x16.splat(0)
  let i = 0
  for (; i + 16 <= size; i += 16) {
    const bytes = v128.load(mask + <usize>i)
    const bits = <i32>i8x16.bitmask(i8x16.shl(bytes, 7))
    store<u16>(packed + <usize>(i >> 3), <u16>bits)
    ones += popcnt(bits)
    others = v128.or(others, bytes)
  }
  let rest: u8 = 0
  let last = 0
  for (let bit = 0; i + bit < size; bit++) {
    const byte = load<u8>(mask + <usize>(i + bit))
    last |= (<i32>(byte & 1)) << bit
    rest |= byte
  }
  store<u16>(packed + <usize>(i >> 3), <u16>last)
  ones += popcnt(last)
  const high = v128.any_true(v128.and(others, i8x16.splat(<i8>0xfe)))
  return high || rest > 1 ? -1 : ones
}

/** Writes the bytes of a packed mask; up to 15 bytes after its end are written, too. */
export function unpackMask(packed: usize, size: i32, mask: usize): void {
  const bits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128)
  const one = i8x16.splat(1)
  for (let i = 0; i < size; i += 16) {
    const two = v128.load16_splat(packed + <usize>(i >> 3))
    // The first byte eight times, then the second.
    const spread = v128.shuffle<u8>(two, two, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)
    v128.store(mask + <usize>i, v128.and(i8x16.ne(v128.and(spread, bits), i8x16.splat(0)), one))
  }
}

/** Ones in a mask of `size` bytes. */
export function countOnes(mask: usize, size: i32): i32 {
  let count = 0
  let i = 0
  for (; i + 16 <= size; i += 16)
    count += popcnt(<i32>i8x16.bitmask(i8x16.shl(v128.load(mask + <usize>i), 7)))
  for (; i < size; i++) count += load<u8>(mask + <usize>i)
  return count
}

/** Number of bytes in which two masks differ. */
export function countDifferences(a: usize, b: usize, size: i32): i32 {
  let count = 0
  let i = 0
  for (; i + 16 <= size; i += 16)
    count += popcnt(<i32>i8x16.bitmask(i8x16.ne(v128.load(a + <usize>i), v128.load(b + <usize>i))))
  for (; i < size; i++) count += <i32>(load<u8>(a + <usize>i) != load<u8>(b + <usize>i))
  return count
}

/** Which of up to 16 bytes differ, as bits. */
export function differing(a: usize, b: usize, count: i32): i32 {
  const bits = <i32>i8x16.bitmask(i8x16.ne(v128.load(a), v128.load(b)))
  return count < 16 ? bits & ((1 << count) - 1) : bits
}

/** Which of up to 16 bytes are ones, as bits. */
export function ones(mask: usize, count: i32): i32 {
  const bits = <i32>i8x16.bitmask(i8x16.shl(v128.load(mask), 7))
  return count < 16 ? bits & ((1 << count) - 1) : bits
}
