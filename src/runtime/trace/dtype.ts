import type { DataType } from '@tensorflow/tfjs-core'
import type { DType } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'

/** The element type of a tfjs tensor, if compiled programs know it. */
export function dtypeOf(dtype: DataType): Exclude<DType, 'uint8'> {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new Problem('usage', `a tensor of type ${dtype} cannot be part of a compiled function`, {
    hint: 'Use float32, int32 or bool.',
  })
}

/** How a function sees a tensor: tfjs has no uint8. */
export function seenAs(dtype: DType): Exclude<DType, 'uint8'> {
  return dtype === 'uint8' ? 'int32' : dtype
}
