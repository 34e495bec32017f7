// The first layer on a tile of 32 images, in whole numbers: sums of them are exact in any order, so that changing a
// sum for the weights that changed gives the very same sum as adding it all up again.
//
// A pixel p lies in a tile as two 16-bit numbers, p and 128 p; a weight w = low + 128 high as low and high: one
// multiply-and-add-pairs instruction gives p·w for four images.

const ROW: usize = 128 // 32 images × 4 bytes

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
    let e = entries + ((<usize>load<u32>(starts + ((<usize>u) << 2))) << 3)
    const end = entries + ((<usize>load<u32>(starts + ((<usize>(u + 1)) << 2))) << 3)
    const anew = load<u32>(fresh + ((<usize>u) << 2)) != 0
    if (e == end && !anew) continue
    for (let half: usize = 0; half < ROW; half += 64) {
      const zero = i32x4.splat(0)
      let a0 = anew ? zero : v128.load(row + half, 0)
      let a1 = anew ? zero : v128.load(row + half, 16)
      let a2 = anew ? zero : v128.load(row + half, 32)
      let a3 = anew ? zero : v128.load(row + half, 48)
      for (let f = e; f < end; f += 8) {
        const column = pixels + <usize>load<u32>(f) + half
        const w = v128.load32_splat(f, 4)
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load(column, 0), w))
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load(column, 16), w))
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v128.load(column, 32), w))
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v128.load(column, 48), w))
      }
      v128.store(row + half, a0, 0)
      v128.store(row + half, a1, 16)
      v128.store(row + half, a2, 32)
      v128.store(row + half, a3, 48)
    }
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
    const zero = i32x4.splat(0)
    const anew = load<u32>(fresh + ((<usize>u) << 2)) != 0
    let a0 = anew ? zero : v128.load(row, 0)
    let a1 = anew ? zero : v128.load(row, 16)
    let a2 = anew ? zero : v128.load(row, 32)
    let a3 = anew ? zero : v128.load(row, 48)
    let a4 = anew ? zero : v128.load(row, 64)
    let a5 = anew ? zero : v128.load(row, 80)
    let a6 = anew ? zero : v128.load(row, 96)
    let a7 = anew ? zero : v128.load(row, 112)
    const end = entries + ((<usize>load<u32>(starts + ((<usize>(u + 1)) << 2))) << 3)
    for (let e = entries + ((<usize>load<u32>(starts + ((<usize>u) << 2))) << 3); e < end; e += 8) {
      const column = pixels + <usize>load<u32>(e)
      const w = v128.load32_splat(e, 4)
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load(column, 0), w))
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load(column, 16), w))
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v128.load(column, 32), w))
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v128.load(column, 48), w))
      a4 = i32x4.add(a4, i32x4.dot_i16x8_s(v128.load(column, 64), w))
      a5 = i32x4.add(a5, i32x4.dot_i16x8_s(v128.load(column, 80), w))
      a6 = i32x4.add(a6, i32x4.dot_i16x8_s(v128.load(column, 96), w))
      a7 = i32x4.add(a7, i32x4.dot_i16x8_s(v128.load(column, 112), w))
    }
    const scale = v128.load32_splat(scales + ((<usize>u) << 2))
    const bias = v128.load32_splat(biases + ((<usize>u) << 2))
    const out = activations + <usize>u * ROW
    v128.store(out, activated(a0, scale, bias, floor), 0)
    v128.store(out, activated(a1, scale, bias, floor), 16)
    v128.store(out, activated(a2, scale, bias, floor), 32)
    v128.store(out, activated(a3, scale, bias, floor), 48)
    v128.store(out, activated(a4, scale, bias, floor), 64)
    v128.store(out, activated(a5, scale, bias, floor), 80)
    v128.store(out, activated(a6, scale, bias, floor), 96)
    v128.store(out, activated(a7, scale, bias, floor), 112)
  }
}

function activated(sum: v128, scale: v128, bias: v128, floor: v128): v128 {
  return f32x4.max(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), scale), bias), floor)
}
