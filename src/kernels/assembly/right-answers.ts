const ROW: usize = 64 // 16 images × 4 bytes

/**
 * How many of a tile's 16 images have their label's logit as the highest; the lowest class wins ties. Where an image
 * is wrong, 1 is added to its place in `wrong`. A label that is no class is never right.
 */
export function rightAnswers(logits: usize, classes: i32, labels: usize, wrong: usize): i32 {
  let right = 0
  for (let four: usize = 0; four < ROW; four += 16) {
    let highest = v128.load(logits + four)
    let best = i32x4.splat(0)
    for (let c = 1; c < classes; c++) {
      const logit = v128.load(logits + <usize>c * ROW + four)
      const higher = f32x4.gt(logit, highest)
      highest = v128.bitselect(logit, highest, higher)
      best = v128.bitselect(i32x4.splat(c), best, higher)
    }
    const hit = i32x4.eq(best, v128.load(labels + four))
    right += popcnt(<i32>i32x4.bitmask(hit))
    // A hit is −1, a miss 0: wrong + 1 + hit.
    v128.store(wrong + four, i32x4.add(v128.load(wrong + four), i32x4.add(i32x4.splat(1), hit)))
  }
  return right
}
