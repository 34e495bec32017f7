import { float32 } from '../../values/host-tensor.ts'
import { isBatchMoved } from './elementwise.ts'
import type { Graph } from './graph.ts'
import { reshape, transpose } from './layout.ts'
import { matmul } from './matmul.ts'
import type { Node } from './node.ts'
import { dim } from './shape.ts'
import type { Windows } from './windows.ts'
import { kronecker, transposed, winogradAxis, type Matrix, type WinogradAxis } from './winograd-axis.ts'

/** Whether gradients of what is computed will be asked for as well. */
export type Use = 'forward' | 'training'

/** A convolution as products at points of both axes; every step is linear in images and in filters. */
export interface Winograd {
  readonly rows: WinogradAxis
  readonly columns: WinogradAxis
}

/** What a convolution of these windows would be at points; undefined if an axis saves nothing. */
export function winogradOf({ rows, columns }: Windows): Winograd | undefined {
  const [down, across] = [winogradAxis(rows), winogradAxis(columns)]
  return down && across && { rows: down, columns: across }
}

/** Images [batch, rows, columns, in] and filters [rows, columns, in, out] to images [batch, rows, columns, out]. */
export function winogradConvolution(g: Graph, x: Node, filter: Node, by: Winograd, use: Use): Node {
  const product = matmul(g, imagesAt(g, x, by, 'input'), filterAt(g, filter, by), false, false)
  const places = placesOf(g, product, by, 'output')
  // Forward, what follows works on the batch third until something needs it first. With gradients that would move
  // every image that meets another one.
  return use === 'forward' ? transpose(g, places, [2, 0, 1, 3]) : batchFirst(g, places)
}

/** The gradient by the input. */
export function winogradInputGradient(g: Graph, dy: Node, filter: Node, by: Winograd): Node {
  const product = matmul(g, imagesAt(g, dy, by, 'output'), filterAt(g, filter, by), false, true)
  return batchFirst(g, placesOf(g, product, by, 'input'))
}

/** The gradient by the filters. */
export function winogradFilterGradient(g: Graph, x: Node, dy: Node, by: Winograd): Node {
  const product = matmul(g, imagesAt(g, x, by, 'input'), imagesAt(g, dy, by, 'output'), true, false)
  const { rows, columns } = by
  const [channels, out] = [dim(x.shape, 3), dim(dy.shape, 3)]
  const at = reshape(g, product, [rows.points * columns.points, channels * out])
  const back = transposed(kronecker(rows.filter, columns.filter))
  const gradient = matmul(g, constant(g, back), at, false, false)
  return reshape(g, gradient, [rows.filter[0]?.length ?? 0, columns.filter[0]?.length ?? 0, channels, out])
}

/** Images at the points, [points, batch, channels]; gradients of outputs go through the transpose of what makes outputs. */
function imagesAt(g: Graph, x: Node, { rows, columns }: Winograd, which: 'input' | 'output'): Node {
  const [batch, height, width, channels] = [0, 1, 2, 3].map((axis) => dim(x.shape, axis)) as Quad
  const whole = (): Node => transpose(g, reshape(g, x, [batch, height * width, channels]), [1, 0, 2])
  const places = isBatchMoved(x)
    ? transpose(g, x, [1, 2, 0, 3])
    : reshape(g, whole(), [height, width, batch, channels])
  const matrix = (axis: WinogradAxis): Matrix => (which === 'input' ? axis.input : transposed(axis.output))
  return flatPoints(g, transformed(g, places, matrix(rows), matrix(columns)))
}

/** Filters at the points, [points, in, out]; along both axes at once, for filters are small and what comes out is not. */
function filterAt(g: Graph, filter: Node, { rows, columns }: Winograd): Node {
  const [height, width, channels, out] = filter.shape as Quad
  const flat = reshape(g, filter, [height * width, channels * out])
  const at = matmul(g, constant(g, kronecker(rows.filter, columns.filter)), flat, false, false)
  return reshape(g, at, [rows.points * columns.points, channels, out])
}

/** What `imagesAt` makes, back to images [rows, columns, batch, channels]. */
function placesOf(g: Graph, y: Node, { rows, columns }: Winograd, which: 'input' | 'output'): Node {
  const [, batch, channels] = [0, 1, 2].map((axis) => dim(y.shape, axis)) as Quad
  const matrix = (axis: WinogradAxis): Matrix => (which === 'output' ? axis.output : transposed(axis.input))
  const at = reshape(g, y, [rows.points, columns.points, batch, channels])
  return transformed(g, at, matrix(rows), matrix(columns))
}

/** [rows, columns, batch, channels] as images [batch, rows, columns, channels]; over two axes that is moved fastest. */
function batchFirst(g: Graph, places: Node): Node {
  const [height, width, batch, channels] = [0, 1, 2, 3].map((axis) => dim(places.shape, axis)) as Quad
  const whole = transpose(g, reshape(g, places, [height * width, batch, channels]), [1, 0, 2])
  return reshape(g, whole, [batch, height, width, channels])
}

/** [rows, columns, …] with a matrix applied along the rows' axis and one along the columns': two products, no transposes. */
function transformed(g: Graph, x: Node, down: Matrix, across: Matrix): Node {
  const [height, width, a, b] = x.shape as Quad
  const tall = matmul(g, constant(g, down), reshape(g, x, [height, width * a * b]), false, false)
  const wide = matmul(g, constant(g, across), reshape(g, tall, [down.length, width, a * b]), false, false)
  return reshape(g, wide, [down.length, across.length, a, b])
}

function flatPoints(g: Graph, x: Node): Node {
  const [rows = 0, columns = 0, a = 0, b = 0] = x.shape
  return reshape(g, x, [rows * columns, a, b])
}

type Quad = [number, number, number, number]

function constant(g: Graph, matrix: Matrix): Node {
  return g.constant(float32([matrix.length, matrix[0]?.length ?? 0], Float32Array.from(matrix.flat())))
}
