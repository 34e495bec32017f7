import { beyond, type Windows } from '../graph/windows.ts'
import type { Lower } from './lower.ts'
import type { Attributes, Scope } from './scope.ts'

const CHANNELS_FIRST = [0, 3, 1, 2]
const CHANNELS_LAST = [0, 2, 3, 1]

/** A convolution as ONNX has it, channels first, between transposes that engines move away. */
export const convolution: Lower<'convolution'> = (scope, _, { over }, [x = '', filter = '']) => {
  const filters = scope.emit('Transpose', [filter], { perm: [3, 2, 0, 1] })
  return channelsFirst(scope, x, (images) =>
    scope.emit('Conv', [images, filters], { ...sliding(over), dilations: bothAxes(over, 'dilation') }),
  )
}

/** Pooling as ONNX has it: padding takes no part in maxima and means. */
export const pooling: Lower<'pooling'> = (scope, _, { fn, over }, [x = '']) =>
  channelsFirst(scope, x, (images) =>
    scope.emit({ max: 'MaxPool', mean: 'AveragePool' }[fn], [images], sliding(over)),
  )

function channelsFirst(scope: Scope, x: string, apply: (images: string) => string): string {
  const images = scope.emit('Transpose', [x], { perm: CHANNELS_FIRST })
  return scope.emit('Transpose', [apply(images)], { perm: CHANNELS_LAST })
}

function sliding(over: Windows): Attributes {
  const { rows, columns } = over
  return {
    kernel_shape: bothAxes(over, 'taps'),
    strides: bothAxes(over, 'stride'),
    pads: [rows.before, columns.before, beyond(rows), beyond(columns)],
  }
}

function bothAxes({ rows, columns }: Windows, what: 'taps' | 'stride' | 'dilation'): readonly number[] {
  return [rows[what], columns[what]]
}
