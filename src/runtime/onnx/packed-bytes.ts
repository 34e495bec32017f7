import { sizeOf } from '../../values/host-tensor.ts'
import type { Node } from '../graph/node.ts'
import { ELEMENT } from './proto.ts'
import type { Scope } from './scope.ts'

/** Whether a node's rows of bytes can be kept as words of four: a GPU's providers know no bytes. */
export function isPackable({ dtype, shape }: Node): boolean {
  const row = sizeOf(shape.slice(1))
  return dtype === 'uint8' && shape.length > 0 && row > 0 && row % 4 === 0
}

/** The shape of a node's bytes as words: [rows, bytes of a row / 4]. */
export function packedShape({ shape }: Pick<Node, 'shape'>): readonly number[] {
  return [shape[0] as number, sizeOf(shape.slice(1)) / 4]
}

/**
 * Writes what is gathered of rows of words as integers, so that the device never holds more than the batch unpacked. Says
 * whether the node is written.
 */
export function writePackedGather(scope: Scope, node: Node, index: () => string): boolean {
  const { op, inputs } = node
  const words = inputs[0] && scope.findWords(inputs[0])
  if (op.kind !== 'gather' || op.axis !== 0 || words === undefined) return false
  bindUnpacked(scope, node, scope.emit('Gather', [words, index()], { axis: 0 }))
  return true
}

/** All of a node's bytes as integers, if they are here as words; returns their name. */
export function unpackedWords(scope: Scope, node: Node): string | undefined {
  const words = scope.findWords(node)
  return words === undefined ? undefined : bindUnpacked(scope, node, words)
}

/** Byte i of a word is what is left of it above 8 i bits, modulo 256. */
function bindUnpacked(scope: Scope, node: Node, words: string): string {
  const count = sizeOf(node.shape) / 4
  const column = scope.emit('Reshape', [words, scope.int64s([count, 1])])
  const upper = scope.emit('Div', [column, scope.uint32s([1, 2 ** 8, 2 ** 16, 2 ** 24], [1, 4])])
  const byte = scope.scalar(256, 'uint32')
  const above = scope.emit('Mul', [scope.emit('Div', [upper, byte]), byte])
  const bytes = scope.emit('Cast', [scope.emit('Sub', [upper, above])], { to: ELEMENT.int32 })
  scope.bind(node, bytes, [count, 4])
  return bytes
}
