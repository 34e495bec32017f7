import { dropThreshold, keptValue, MULTIPLIERS, SHIFTS } from '../../values/random-mask.ts'
import type { Lower } from './lower.ts'
import { ELEMENT } from './proto.ts'
import type { Scope } from './scope.ts'

/** Unsigned numbers, because ONNX shifts no others; those with a sign have the same bits. */
export const hash: Lower<'hash'> = (scope, _, __, [value = '', seed = '']) => {
  const sum = scope.emit('Add', [mixed(scope, unsigned(scope, value)), unsigned(scope, seed)])
  const odd = scope.emit('BitwiseOr', [mixed(scope, sum), scope.scalar(1, 'uint32')])
  return scope.emit('Cast', [odd], { to: ELEMENT.int32 })
}

function mixed(scope: Scope, value: string): string {
  const a = scope.emit('Mul', [folded(scope, value, SHIFTS[0]), scope.scalar(MULTIPLIERS[0], 'uint32')])
  const b = scope.emit('Mul', [folded(scope, a, SHIFTS[1]), scope.scalar(MULTIPLIERS[1], 'uint32')])
  return folded(scope, b, SHIFTS[2])
}

/** The upper bits onto the lower ones. */
function folded(scope: Scope, value: string, bits: number): string {
  const shifted = scope.emit('BitShift', [value, scope.scalar(bits, 'uint32')], { direction: 'RIGHT' })
  return scope.emit('BitwiseXor', [value, shifted])
}

function unsigned(scope: Scope, value: string): string {
  return scope.emit('Cast', [value], { to: ELEMENT.uint32 })
}

/** Four passes over the mask: products that overflow, comparison, cast, scale. */
export const randomMask: Lower<'randomMask'> = (scope, node, { rate }, [rows = '', channels = '']) => {
  const column = scope.emit('Reshape', [rows, scope.int64s([-1, 1])])
  const products = scope.emit('Mul', [column, channels])
  // Before the mask itself: where that is an output of a loop, another reshape would copy it.
  const shaped = scope.emit('Reshape', [products, scope.int64s(node.shape)], { allowzero: 1 })
  const kept = scope.emit('GreaterOrEqual', [shaped, scope.scalar(dropThreshold(rate), 'int32')])
  const ones = scope.emit('Cast', [kept], { to: ELEMENT.float32 })
  return scope.emit('Mul', [ones, scope.scalar(keptValue(rate), 'float32')])
}
