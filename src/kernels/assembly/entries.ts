import { differing, ones } from './mask'

// A layer's work is lists of entries, one list per unit: { offset of the input's row (u32), weight (4 bytes) }.
// `starts[u]` … `starts[u + 1]` are the entries of unit u.

const ENTRY: usize = 8

// The first layer's come in pairs, as its kernel multiplies two at once: { offset of one column of pixels, offset of
// another (u32), low parts of both weights, high parts of both (i16) }. One that is left over has a weight of 0 beside it.

const PAIR: usize = 16

/**
 * Entries of a layer's kept weights (all, where `mask` is 0), inputs in order. `weights` are floats [units, inputs];
 * input i has its activations at i · `stride`. Returns how many there are.
 */
export function keptEntries(
  mask: usize,
  weights: usize,
  units: i32,
  inputs: i32,
  stride: i32,
  starts: usize,
  entries: usize,
): i32 {
  let at = entries
  for (let u = 0; u < units; u++) {
    store<u32>(starts + ((<usize>u) << 2), <u32>((at - entries) / ENTRY))
    const row = weights + ((<usize>u * inputs) << 2)
    for (let i = 0; i < inputs; i += 16) {
      const left = inputs - i
      let bits = mask != 0 ? ones(mask + <usize>(u * inputs + i), left) : left < 16 ? (1 << left) - 1 : 0xffff
      while (bits != 0) {
        const input = i + ctz(bits)
        bits &= bits - 1
        store<u32>(at, <u32>(input * stride))
        store<f32>(at, load<f32>(row + ((<usize>input) << 2)), 4)
        at += ENTRY
      }
    }
  }
  const count = <u32>((at - entries) / ENTRY)
  store<u32>(starts + ((<usize>units) << 2), count)
  return count
}

/**
 * Pairs of entries that lead from one mask of the first layer to another: for each unit the weights that changed, those that
 * go with their sign turned round; or, where these would be more, all that are kept, and `fresh[u]` is 1.
 * `pairs` are whole-number weights in two parts (see `first-layer.ts`), `offsets` the places of pixel columns, −1 for
 * columns that are zero in every image, `means` the whole-number mean of each column. `constants[u]` becomes the sum
 * of weight · mean over the kept weights of `next`, from that of `base` in `before`. Returns the number of pairs.
 */
export function changedEntries(
  base: usize,
  next: usize,
  pairs: usize,
  units: i32,
  inputs: i32,
  offsets: usize,
  means: usize,
  before: usize,
  constants: usize,
  fresh: usize,
  starts: usize,
  entries: usize,
): i32 {
  let at = entries
  for (let u = 0; u < units; u++) {
    store<u32>(starts + ((<usize>u) << 2), <u32>((at - entries) / PAIR))
    const from = base + <usize>(u * inputs)
    const to = next + <usize>(u * inputs)
    let changed = 0
    let kept = 0
    for (let i = 0; i < inputs; i += 16) {
      changed += popcnt(differing(from + <usize>i, to + <usize>i, inputs - i))
      kept += popcnt(ones(to + <usize>i, inputs - i))
    }
    const anew = changed > kept
    store<u32>(fresh + ((<usize>u) << 2), <u32>anew)
    let half = false
    let constant: i64 = anew ? 0 : load<i64>(before + ((<usize>u) << 3))
    if (anew || changed > 0) {
      const row = pairs + ((<usize>u * inputs) << 2)
      for (let i = 0; i < inputs; i += 16) {
        let bits = anew
          ? ones(to + <usize>i, inputs - i)
          : differing(from + <usize>i, to + <usize>i, inputs - i)
        while (bits != 0) {
          const input = i + ctz(bits)
          bits &= bits - 1
          const pair = load<u32>(row + ((<usize>input) << 2))
          let low = <i32>(<i16>pair)
          let high = (<i32>pair) >> 16
          if (load<u8>(to + <usize>input) == 0) {
            low = -low
            high = -high
          }
          constant += <i64>(low + (high << 7)) * load<i32>(means + ((<usize>input) << 2))
          const offset = load<i32>(offsets + ((<usize>input) << 2))
          if (offset < 0) continue
          store<u32>(at, offset, 4)
          if (half) {
            store<i16>(at, <i16>low, 10)
            store<i16>(at, <i16>high, 14)
            at += PAIR
          } else {
            store<u32>(at, offset)
            store<u32>(at, (<u32>low) & 0xffff, 8)
            store<u32>(at, (<u32>high) & 0xffff, 12)
          }
          half = !half
        }
      }
    }
    if (half) at += PAIR
    store<i64>(constants + ((<usize>u) << 3), constant)
  }
  const count = <u32>((at - entries) / PAIR)
  store<u32>(starts + ((<usize>units) << 2), count)
  return count
}
