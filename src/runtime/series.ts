import { sizeOf, zeroTensor, type HostTensor } from '../values/host-tensor.ts'

/** The tensors of some steps of a series, still under its leading axis. */
export function stepsOf({ dtype, shape, data }: HostTensor, first: number, steps: number): HostTensor {
  const each = shape.slice(1)
  const size = sizeOf(each)
  const part = data.subarray(first * size, (first + steps) * size)
  return { dtype, shape: [steps, ...each], data: part } as HostTensor
}

/** The tensor of one step of a series. */
export function stepOf(series: HostTensor, step: number): HostTensor {
  return { ...stepsOf(series, step, 1), shape: series.shape.slice(1) }
}

/** One series after the other. */
export function concatenated(parts: readonly HostTensor[]): HostTensor {
  const [first] = parts
  if (!first) throw new RangeError('no series to concatenate')
  if (parts.length === 1) return first
  const steps = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0)
  const shape = [steps, ...first.shape.slice(1)]
  const whole = zeroTensor(first.dtype, shape)
  let at = 0
  for (const part of parts) {
    whole.data.set(part.data, at)
    at += part.data.length
  }
  return whole
}
