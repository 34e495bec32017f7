import { sizeOf, zeroTensor, type HostTensor } from '../../values/host-tensor.ts'
import { dim } from '../graph/shape.ts'

/** Where the axis of members stands: first, or behind that of steps. */
export type MemberAxis = 0 | 1

/** Tensors of one shape, one for each member, under an axis of `size` members; places without a member repeat the first. */
export function joined(parts: readonly HostTensor[], size: number, axis: MemberAxis): HostTensor {
  const { dtype, shape } = parts[0] as HostTensor
  const inner = sizeOf(shape.slice(axis))
  const whole = zeroTensor(dtype, [...shape.slice(0, axis), size, ...shape.slice(axis)])
  for (let member = 0; member < size; member++) {
    const { data } = (parts[member] ?? parts[0]) as HostTensor
    for (let from = 0; from < data.length; from += inner)
      whole.data.set(data.subarray(from, from + inner), from * size + member * inner)
  }
  return whole
}

/** What `joined` joined, for the first `count` members. */
export function parted(whole: HostTensor, count: number, axis: MemberAxis): HostTensor[] {
  const { dtype, shape, data } = whole
  const own = shape.filter((_, i) => i !== axis)
  const [size, inner] = [dim(shape, axis), sizeOf(own.slice(axis))]
  return Array.from({ length: count }, (_, member) => {
    const part = zeroTensor(dtype, own)
    for (let from = 0; from < part.data.length; from += inner) {
      const at = from * size + member * inner
      part.data.set(data.subarray(at, at + inner), from)
    }
    return part
  })
}

/** Whether two tensors are the same memory. */
export function sameMemory(a: HostTensor, b: HostTensor): boolean {
  return (
    a.data === b.data ||
    (a.data.buffer === b.data.buffer &&
      a.data.byteOffset === b.data.byteOffset &&
      a.data.byteLength === b.data.byteLength)
  )
}
