import type { HostTensor } from '../values/host-tensor.ts'

/** Whether ‖a − b‖₂ is small against ‖b‖₂. */
export function isNear(a: HostTensor, b: HostTensor, tolerance: number): boolean {
  if (a.data.length !== b.data.length) return false
  let [difference, norm] = [0, 0]
  b.data.forEach((value, i) => {
    difference += (value - (a.data[i] as number)) ** 2
    norm += value ** 2
  })
  return Math.sqrt(difference) <= tolerance * Math.sqrt(norm)
}
