import { dropThreshold, keptValue, SHIFTS, STIRRED_WITH } from '../../values/random-mask.ts'
import type { Lower } from './lower.ts'
import { ELEMENT } from './proto.ts'
import type { Scope } from './scope.ts'

/** Unsigned numbers, because ONNX shifts no others; those with a sign have the same bits. */
export const hash: Lower<'hash'> = (scope, _, __, [value = '', seed = '']) => {
  const stirred = mixed(
    scope,
    scope.emit('Add', [mixed(scope, unsigned(scope, value)), unsigned(scope, seed)]),
  )
  const odd = scope.emit('Add', [doubled(scope, stirred), scope.scalar(1, 'uint32')])
  return scope.emit('Cast', [odd], { to: ELEMENT.int32 })
}

function mixed(scope: Scope, value: string): string {
  const [first, second] = STIRRED_WITH
  const a = stirred(scope, folded(scope, value, SHIFTS[0]), first)
  return folded(scope, stirred(scope, folded(scope, a, SHIFTS[1]), second), SHIFTS[2])
}

function stirred(scope: Scope, value: string, odd: number): string {
  const factor = scope.emit('Add', [doubled(scope, value), scope.scalar(odd, 'uint32')])
  return scope.emit('Mul', [value, factor])
}

function doubled(scope: Scope, value: string): string {
  return scope.emit('Add', [value, value])
}

/** The upper bits onto the lower ones. */
function folded(scope: Scope, value: string, bits: number): string {
  const shifted = scope.gpu
    ? scope.emit('Div', [value, scope.scalar(2 ** bits, 'uint32')])
    : scope.emit('BitShift', [value, scope.scalar(bits, 'uint32')], { direction: 'RIGHT' })
  return scope.emit('Add', [value, shifted])
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
