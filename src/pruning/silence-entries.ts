import { sizeOf, type Shape } from '../values/host-tensor.ts'

/** Sets the given entries along an axis to 0, in place. */
export function silenceEntries(
  data: Float32Array,
  shape: Shape,
  axis: number,
  entries: readonly number[],
): void {
  const block = sizeOf(shape.slice(axis + 1))
  const stride = block * (shape[axis] as number)
  for (let start = 0; start < data.length; start += stride)
    for (const entry of entries) {
      const from = start + entry * block
      if (block === 1) data[from] = 0
      else data.fill(0, from, from + block)
    }
}
