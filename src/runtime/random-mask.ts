import { Problem } from '../values/problem.ts'
import { checkRandomMask, type RandomMaskAttributes } from '../values/random-mask.ts'
import { shapeText } from './graph/shape.ts'

interface Input {
  readonly dtype: string
  readonly shape: readonly number[]
}

/** Throws a `Problem` that names the first input or attribute with which the dropout kernel cannot be called. */
export function checkMaskCall(key: Input, channels: Input, attrs: RandomMaskAttributes): void {
  checkRandomMask(attrs)
  expectInput('key', key, 'int32', 0)
  expectInput('channels', channels, 'float32', 1)
}

function expectInput(name: string, { dtype, shape }: Input, type: string, rank: number): void {
  if (dtype === type && shape.length === rank) return
  const wanted = rank === 0 ? 'one number' : 'a list of numbers'
  throw new Problem('usage', `a random mask whose ${name} is ${dtype} ${shapeText(shape)}`, {
    hint: `Give ${wanted} of type ${type}.`,
  })
}
