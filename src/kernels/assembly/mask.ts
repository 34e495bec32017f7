// Masks are bytes, 0 or 1, one after the other. Reading up to 15 bytes past an end is allowed: memory is laid out for it.

/** Ones in a mask of `size` bytes; −1 if it has bytes other than 0 and 1. */
export function countOnes(mask: usize, size: i32): i32 {
  let count = 0
  let others = i8x16.splat(0)
  let i = 0
  for (; i + 16 <= size; i += 16) {
    const bytes = v128.load(mask + <usize>i)
    count += popcnt(<i32>i8x16.bitmask(i8x16.shl(bytes, 7)))
    others = v128.or(others, bytes)
  }
  let rest: u8 = 0
  for (; i < size; i++) {
    const byte = load<u8>(mask + <usize>i)
    count += byte & 1
    rest |= byte
  }
  return rest > 1 || v128.any_true(v128.and(others, i8x16.splat(<i8>0xfe))) ? -1 : count
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
