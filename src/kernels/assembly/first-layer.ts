// The first layer on a tile of 16 images, in whole numbers: sums of them are exact in any order, so that changing a
// sum for the weights that changed gives the very same sum as adding it all up again.
//
// A pixel is a byte; a weight is low + 128 high, each in 16 bits. Pixels of two columns in turn, widened to 16 bits, times
// the low parts of both weights is one multiply-and-add-pairs instruction for four images; times the high parts is another.

const ROW: usize = 64 // 16 images × 4 bytes

/** Sums of a tile for the changed mask, written over those of the base. */
export function moveTile(
  pixels: usize,
  sums: usize,
  units: i32,
  fresh: usize,
  starts: usize,
  entries: usize,
): void {
  const zero = i32x4.splat(0)
  for (let u = 0; u < units; u++) {
    const row = sums + <usize>u * ROW
    const from = entries + ((<usize>load<u32>(starts + ((<usize>u) << 2))) << 4)
    const end = entries + ((<usize>load<u32>(starts + ((<usize>(u + 1)) << 2))) << 4)
    const anew = load<u32>(fresh + ((<usize>u) << 2)) != 0
    if (from == end && !anew) continue
    let low0 = anew ? zero : v128.load(row, 0)
    let low1 = anew ? zero : v128.load(row, 16)
    let low2 = anew ? zero : v128.load(row, 32)
    let low3 = anew ? zero : v128.load(row, 48)
    let high0 = zero
    let high1 = zero
    let high2 = zero
    let high3 = zero
    for (let e = from; e < end; e += 16) {
      const a = v128.load(pixels + <usize>load<u32>(e))
      const b = v128.load(pixels + <usize>load<u32>(e, 4))
      const low = v128.load32_splat(e, 8)
      const high = v128.load32_splat(e, 12)
      const first = v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
      const last = v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
      let p = i16x8.extend_low_i8x16_u(first)
      low0 = i32x4.add(low0, i32x4.dot_i16x8_s(p, low))
      high0 = i32x4.add(high0, i32x4.dot_i16x8_s(p, high))
      p = i16x8.extend_high_i8x16_u(first)
      low1 = i32x4.add(low1, i32x4.dot_i16x8_s(p, low))
      high1 = i32x4.add(high1, i32x4.dot_i16x8_s(p, high))
      p = i16x8.extend_low_i8x16_u(last)
      low2 = i32x4.add(low2, i32x4.dot_i16x8_s(p, low))
      high2 = i32x4.add(high2, i32x4.dot_i16x8_s(p, high))
      p = i16x8.extend_high_i8x16_u(last)
      low3 = i32x4.add(low3, i32x4.dot_i16x8_s(p, low))
      high3 = i32x4.add(high3, i32x4.dot_i16x8_s(p, high))
    }
    v128.store(row, i32x4.add(low0, i32x4.shl(high0, 7)), 0)
    v128.store(row, i32x4.add(low1, i32x4.shl(high1, 7)), 16)
    v128.store(row, i32x4.add(low2, i32x4.shl(high2, 7)), 32)
    v128.store(row, i32x4.add(low3, i32x4.shl(high3, 7)), 48)
  }
}

/**
 * What is added to a unit's scaled sums of pixels: its bias `own`, less what normalising takes off. `constants` are sums
 * of whole weights times means in steps of 1 / `steps`.
 */
export function firstBiases(
  constants: usize,
  steps: f64,
  scales: usize,
  own: usize,
  units: i32,
  biases: usize,
): void {
  for (let u = 0; u < units; u++) {
    const at = (<usize>u) << 2
    const mean = <f64>load<i64>(constants + ((<usize>u) << 3)) / steps
    store<f32>(biases + at, <f32>(<f64>load<f32>(own + at) - mean * <f64>load<f32>(scales + at)))
  }
}

/**
 * Activations of a tile for the changed mask: sum · scale + bias of each unit as floats, at least `least` (0: ReLU;
 * −∞: none). The sums of the base stay as they are.
 */
export function firstTile(
  pixels: usize,
  sums: usize,
  units: i32,
  fresh: usize,
  starts: usize,
  entries: usize,
  scales: usize,
  biases: usize,
  least: f32,
  activations: usize,
): void {
  const floor = f32x4.splat(least)
  const zero = i32x4.splat(0)
  for (let u = 0; u < units; u++) {
    const row = sums + <usize>u * ROW
    const from = entries + ((<usize>load<u32>(starts + ((<usize>u) << 2))) << 4)
    const end = entries + ((<usize>load<u32>(starts + ((<usize>(u + 1)) << 2))) << 4)
    const anew = load<u32>(fresh + ((<usize>u) << 2)) != 0
    let low0 = anew ? zero : v128.load(row, 0)
    let low1 = anew ? zero : v128.load(row, 16)
    let low2 = anew ? zero : v128.load(row, 32)
    let low3 = anew ? zero : v128.load(row, 48)
    let high0 = zero
    let high1 = zero
    let high2 = zero
    let high3 = zero
    for (let e = from; e < end; e += 16) {
      const a = v128.load(pixels + <usize>load<u32>(e))
      const b = v128.load(pixels + <usize>load<u32>(e, 4))
      const low = v128.load32_splat(e, 8)
      const high = v128.load32_splat(e, 12)
      const first = v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
      const last = v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
      let p = i16x8.extend_low_i8x16_u(first)
      low0 = i32x4.add(low0, i32x4.dot_i16x8_s(p, low))
      high0 = i32x4.add(high0, i32x4.dot_i16x8_s(p, high))
      p = i16x8.extend_high_i8x16_u(first)
      low1 = i32x4.add(low1, i32x4.dot_i16x8_s(p, low))
      high1 = i32x4.add(high1, i32x4.dot_i16x8_s(p, high))
      p = i16x8.extend_low_i8x16_u(last)
      low2 = i32x4.add(low2, i32x4.dot_i16x8_s(p, low))
      high2 = i32x4.add(high2, i32x4.dot_i16x8_s(p, high))
      p = i16x8.extend_high_i8x16_u(last)
      low3 = i32x4.add(low3, i32x4.dot_i16x8_s(p, low))
      high3 = i32x4.add(high3, i32x4.dot_i16x8_s(p, high))
    }
    const scale = v128.load32_splat(scales + ((<usize>u) << 2))
    const bias = v128.load32_splat(biases + ((<usize>u) << 2))
    const out = activations + <usize>u * ROW
    v128.store(out, activated(i32x4.add(low0, i32x4.shl(high0, 7)), scale, bias, floor), 0)
    v128.store(out, activated(i32x4.add(low1, i32x4.shl(high1, 7)), scale, bias, floor), 16)
    v128.store(out, activated(i32x4.add(low2, i32x4.shl(high2, 7)), scale, bias, floor), 32)
    v128.store(out, activated(i32x4.add(low3, i32x4.shl(high3, 7)), scale, bias, floor), 48)
  }
}

function activated(sum: v128, scale: v128, bias: v128, floor: v128): v128 {
  return f32x4.max(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), scale), bias), floor)
}
