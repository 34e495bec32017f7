// The first layer on a tile of 16 images, in whole numbers: sums of them are exact in any order, so that changing a
// sum for the weights that changed gives the very same sum as adding it all up again.
//
// A pixel is a byte p; a weight is w = low + 128 high, as low and high in 16 bits each. With p and 128 p in pairs of 16
// bits, one multiply-and-add-pairs instruction gives p·w for four images.

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
  for (let u = 0; u < units; u++) {
    const row = sums + <usize>u * ROW
    const from = entries + ((<usize>load<u32>(starts + ((<usize>u) << 2))) << 3)
    const end = entries + ((<usize>load<u32>(starts + ((<usize>(u + 1)) << 2))) << 3)
    const anew = load<u32>(fresh + ((<usize>u) << 2)) != 0
    if (from == end && !anew) continue
    const zero = i32x4.splat(0)
    let a0 = anew ? zero : v128.load(row, 0)
    let a1 = anew ? zero : v128.load(row, 16)
    let a2 = anew ? zero : v128.load(row, 32)
    let a3 = anew ? zero : v128.load(row, 48)
    for (let e = from; e < end; e += 8) {
      const column = pixels + <usize>load<u32>(e)
      const w = v128.load32_splat(e, 4)
      const p = v128.load_ext<u8>(column)
      const q = v128.load_ext<u8>(column, 8)
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(lowPairs(p), w))
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(highPairs(p), w))
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(lowPairs(q), w))
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(highPairs(q), w))
    }
    v128.store(row, a0, 0)
    v128.store(row, a1, 16)
    v128.store(row, a2, 32)
    v128.store(row, a3, 48)
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
  for (let u = 0; u < units; u++) {
    const row = sums + <usize>u * ROW
    const from = entries + ((<usize>load<u32>(starts + ((<usize>u) << 2))) << 3)
    const end = entries + ((<usize>load<u32>(starts + ((<usize>(u + 1)) << 2))) << 3)
    const anew = load<u32>(fresh + ((<usize>u) << 2)) != 0
    const zero = i32x4.splat(0)
    let a0 = anew ? zero : v128.load(row, 0)
    let a1 = anew ? zero : v128.load(row, 16)
    let a2 = anew ? zero : v128.load(row, 32)
    let a3 = anew ? zero : v128.load(row, 48)
    for (let e = from; e < end; e += 8) {
      const column = pixels + <usize>load<u32>(e)
      const w = v128.load32_splat(e, 4)
      const p = v128.load_ext<u8>(column)
      const q = v128.load_ext<u8>(column, 8)
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(lowPairs(p), w))
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(highPairs(p), w))
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(lowPairs(q), w))
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(highPairs(q), w))
    }
    const scale = v128.load32_splat(scales + ((<usize>u) << 2))
    const bias = v128.load32_splat(biases + ((<usize>u) << 2))
    const out = activations + <usize>u * ROW
    v128.store(out, activated(a0, scale, bias, floor), 0)
    v128.store(out, activated(a1, scale, bias, floor), 16)
    v128.store(out, activated(a2, scale, bias, floor), 32)
    v128.store(out, activated(a3, scale, bias, floor), 48)
  }
}

function activated(sum: v128, scale: v128, bias: v128, floor: v128): v128 {
  return f32x4.max(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), scale), bias), floor)
}

/** p and 128 p of the first four of eight images, in turn. */
function lowPairs(p: v128): v128 {
  return v128.shuffle<i16>(p, i16x8.shl(p, 7), 0, 8, 1, 9, 2, 10, 3, 11)
}

/** The same of the last four. */
function highPairs(p: v128): v128 {
  return v128.shuffle<i16>(p, i16x8.shl(p, 7), 4, 12, 5, 13, 6, 14, 7, 15)
}
