const ROW: usize = 64 // 16 images × 4 bytes

/**
 * A layer after the first on a tile of 16 images: bias + Σ weight · input over a unit's entries, in their order, at
 * least `least` (0: ReLU; −∞: none). Inputs and activations are floats, a row of 16 for each unit.
 */
export function hiddenTile(
  inputs: usize,
  units: i32,
  starts: usize,
  entries: usize,
  biases: usize,
  least: f32,
  activations: usize,
): void {
  const floor = f32x4.splat(least)
  for (let u = 0; u < units; u++) {
    const bias = v128.load32_splat(biases + ((<usize>u) << 2))
    let a0 = bias
    let a1 = bias
    let a2 = bias
    let a3 = bias
    const end = entries + ((<usize>load<u32>(starts + ((<usize>(u + 1)) << 2))) << 3)
    for (let e = entries + ((<usize>load<u32>(starts + ((<usize>u) << 2))) << 3); e < end; e += 8) {
      const row = inputs + <usize>load<u32>(e)
      const w = v128.load32_splat(e, 4)
      a0 = f32x4.add(a0, f32x4.mul(v128.load(row, 0), w))
      a1 = f32x4.add(a1, f32x4.mul(v128.load(row, 16), w))
      a2 = f32x4.add(a2, f32x4.mul(v128.load(row, 32), w))
      a3 = f32x4.add(a3, f32x4.mul(v128.load(row, 48), w))
    }
    const out = activations + <usize>u * ROW
    v128.store(out, f32x4.max(a0, floor), 0)
    v128.store(out, f32x4.max(a1, floor), 16)
    v128.store(out, f32x4.max(a2, floor), 32)
    v128.store(out, f32x4.max(a3, floor), 48)
  }
}
