import { Problem } from '../../values/problem.ts'

/**
 * How ONNX Runtime and Dawn tell of too little memory, or of a tensor that is in more pieces than a program may read or
 * has more elements than it can count.
 */
const MEMORY =
  /out.of.(device.|host.)?memory|failed to allocate|too many storage buffers|narrowing_error|maxBufferSize|maxStorageBufferBindingSize|is invalid due to a previous error/i
const LOST = /device (was|is) lost|device lost|VK_ERROR_DEVICE_LOST/i

/** What failed on a device, told by what can be done about it. */
export function deviceProblem(name: string, error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error)
  const cause = error
  if (MEMORY.test(message))
    return new Problem('cell', `${name}: the GPU has not enough memory: ${message}`, {
      hint: 'Use smaller batches or fewer cells at once, or --device cpu.',
      cause,
    })
  if (LOST.test(message))
    return new Problem('device', `${name}: the GPU was lost: ${message}`, {
      hint: 'Its driver was reset, or it took too long over one operation: fewer cells at once, smaller batches, or --device cpu.',
      cause,
    })
  return new Problem('infrastructure', `${name}: ONNX Runtime failed on the GPU: ${message}`, {
    hint: '--device cpu computes the same without it.',
    cause,
  })
}
