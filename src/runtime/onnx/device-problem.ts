import { Problem } from '../../values/problem.ts'

/** What failed on a device, told by what can be done about it. */
export function deviceProblem(name: string, error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error)
  const cause = error
  if (
    /out.of.memory|OutOfMemory|allocat|exceeds the m|maxBufferSize|maxStorageBufferBindingSize/i.test(message)
  )
    return new Problem('cell', `${name}: the GPU has not enough memory: ${message}`, {
      hint: 'Use smaller batches or fewer cells at once, or --device cpu.',
      cause,
    })
  if (/device.{0,20}lost|lost.{0,20}device/i.test(message))
    return new Problem('infrastructure', `${name}: the GPU was lost: ${message}`, {
      hint: 'Its driver was reset, or it took too long over one operation; run again, or use --device cpu.',
      cause,
    })
  return new Problem('infrastructure', `${name}: ONNX Runtime failed on the GPU: ${message}`, {
    hint: '--device cpu computes the same without it.',
    cause,
  })
}
