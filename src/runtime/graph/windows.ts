import { int32 } from '../../values/host-tensor.ts'
import { binary } from './elementwise.ts'
import type { Graph } from './graph.ts'
import { gather, pad, reshape, transpose } from './layout.ts'
import type { Node } from './node.ts'
import { reduce } from './reduction.ts'
import { dim } from './shape.ts'

/** How windows lie along one axis of an image. */
export interface Sliding {
  /** Pixels along the axis. */
  readonly size: number
  /** Windows along the axis. */
  readonly windows: number
  /** Pixels of one window along the axis. */
  readonly taps: number
  /** From one window to the next. */
  readonly stride: number
  /** From one pixel of a window to its next. */
  readonly dilation: number
  /** Pixels by which the first window begins before the image. */
  readonly before: number
}

/** Windows sliding over an image [batch, rows, columns, channels], as in a convolution or in pooling. */
export interface Windows {
  readonly rows: Sliding
  readonly columns: Sliding
}

/**
 * The pixels under every window, [batch, windows, taps, channels]; `outside` stands for those beyond the edges.
 * One gather of whole pixels: a convolution is then one matrix product, and so is the gradient of its filters.
 */
export function patches(g: Graph, x: Node, over: Windows, outside: number): Node {
  const { rows, columns } = over
  const [batch, channels] = [dim(x.shape, 0), dim(x.shape, 3)]
  const shape = [batch, rows.windows * columns.windows, rows.taps * columns.taps, channels]
  if (isEveryPixelOnce(over)) return reshape(g, x, shape)
  const padded = pad(
    g,
    x,
    [0, rows.before, columns.before, 0],
    [0, beyond(rows), beyond(columns), 0],
    outside,
  )
  const [height, width] = [dim(padded.shape, 1), dim(padded.shape, 2)]
  const pixels = reshape(g, padded, [batch, height * width, channels])
  return reshape(g, gather(g, pixels, pixelsUnder(g, over, width), 1), shape)
}

/**
 * The same with the batch last, [windows, taps, channels, batch], and zero outside. Pixels of few channels are found
 * once for all images, not once for each.
 */
export function patchesBatchLast(g: Graph, x: Node, over: Windows): Node {
  const { rows, columns } = over
  const [batch, channels] = [dim(x.shape, 0), dim(x.shape, 3)]
  const flat = reshape(g, x, [batch, rows.size * columns.size * channels])
  const places = reshape(g, transpose(g, flat, [1, 0]), [rows.size, columns.size, channels * batch])
  const padded = pad(g, places, [rows.before, columns.before, 0], [beyond(rows), beyond(columns), 0], 0)
  const [height, width] = [dim(padded.shape, 0), dim(padded.shape, 1)]
  const pixels = reshape(g, padded, [height * width, channels * batch])
  const shape = [rows.windows * columns.windows, rows.taps * columns.taps, channels, batch]
  return reshape(g, gather(g, pixels, pixelsUnder(g, over, width), 0), shape)
}

/** Numbers of the pixels of every window, [rows, columns, rows of a window, columns of a window], in an image so wide. */
function pixelsUnder(g: Graph, { rows, columns }: Windows, width: number): Node {
  const starts = ({ windows, taps, stride, dilation }: Sliding, step: number): number[] =>
    range(windows).flatMap((w) => range(taps).map((t) => (w * stride + t * dilation) * step))
  // Two short lists instead of one long one: equal windows are then one node, however many there are.
  return binary(
    g,
    'add',
    g.constant(int32([rows.windows, 1, rows.taps, 1], starts(rows, width))),
    g.constant(int32([1, columns.windows, 1, columns.taps], starts(columns, 1))),
  )
}

/**
 * What windows give back, [batch, windows, …], with one empty window after the last if `spread` needs it: pixels
 * that lie under fewer windows than others take the rest from there.
 */
export function withEmptyWindow(g: Graph, y: Node, over: Windows): Node {
  if (isEveryPixelOnce(over) || (isEven(hitsOf(over.rows)) && isEven(hitsOf(over.columns)))) return y
  const none = y.shape.map(() => 0)
  return pad(
    g,
    y,
    none,
    none.map((_, axis) => (axis === 1 ? 1 : 0)),
    0,
  )
}

/**
 * The sum of all that windows give to each pixel, [batch, rows, columns, channels]: the adjoint of `patches`.
 * `parts` are [batch, windows, taps, channels] or, if a window gives the same to all of its pixels,
 * [batch, windows, 1, channels]; in both cases after `withEmptyWindow`.
 */
export function spread(g: Graph, parts: Node, over: Windows): Node {
  const { rows, columns } = over
  const [batch, windows, taps, channels] = [0, 1, 2, 3].map((axis) => dim(parts.shape, axis)) as Quad
  const image = [batch, rows.size, columns.size, channels]
  if (isEveryPixelOnce(over) && taps === rows.taps * columns.taps) return reshape(g, parts, image)
  const down = hitsOf(rows)
  const across = hitsOf(columns)
  const empty = rows.windows * columns.windows * taps
  const perTap = taps === 1 ? 0 : 1
  const places = (hits: readonly Hits[], window: number, tap: number): number[] =>
    hits.flatMap((at) =>
      range(most(hits)).map((i) => {
        const hit = at[i]
        return hit ? hit.window * window + hit.tap * tap * perTap : empty
      }),
    )
  const sum = binary(
    g,
    'add',
    g.constant(int32([rows.size, 1, most(down), 1], places(down, columns.windows * taps, columns.taps))),
    g.constant(int32([1, columns.size, 1, most(across)], places(across, taps, 1))),
  )
  const all = isEven(down) && isEven(across)
  const index = all ? sum : binary(g, 'min', sum, g.splat(empty, 'int32', []))
  const given = gather(g, reshape(g, parts, [batch, windows * taps, channels]), index, 1)
  const each = [batch * rows.size * columns.size, most(down) * most(across), channels]
  return reshape(g, reduce(g, 'sum', reshape(g, given, each), [1], false), image)
}

/** How many of each window's pixels lie inside the image, window by window. */
export function insideCounts({ rows, columns }: Windows): number[] {
  const inside = ({ size, windows, taps, stride, dilation, before }: Sliding): number[] =>
    range(windows).map(
      (w) =>
        range(taps).filter((t) => {
          const pixel = w * stride + t * dilation - before
          return pixel >= 0 && pixel < size
        }).length,
    )
  const across = inside(columns)
  return inside(rows).flatMap((n) => across.map((m) => n * m))
}

type Quad = [number, number, number, number]
/** The windows that a pixel lies under, and as which of their pixels. */
type Hits = readonly { readonly window: number; readonly tap: number }[]

function hitsOf({ size, windows, taps, stride, dilation, before }: Sliding): Hits[] {
  return range(size).map((pixel) =>
    range(taps)
      .map((tap) => ({ tap, window: (pixel + before - tap * dilation) / stride }))
      .filter(({ window }) => Number.isInteger(window) && window >= 0 && window < windows),
  )
}

function most(hits: readonly Hits[]): number {
  return Math.max(...hits.map((h) => h.length))
}

function isEven(hits: readonly Hits[]): boolean {
  return hits.every((h) => h.length === most(hits))
}

/** Whether some windows reach beyond the image. */
export function hasEdges({ rows, columns }: Windows): boolean {
  return [rows, columns].some((axis) => axis.before > 0 || beyond(axis) > 0)
}

/** Whether the windows are the image's pixels in their order: windows of one pixel, or one window for all. */
function isEveryPixelOnce({ rows, columns }: Windows): boolean {
  const axes = [rows, columns]
  return (
    axes.every((a) => a.taps === 1 && a.stride === 1 && a.windows === a.size && a.before === 0) ||
    axes.every((a) => a.windows === 1 && a.taps === a.size && a.dilation === 1 && a.before === 0)
  )
}

/** Pixels by which the last window ends behind the image. */
export function beyond({ size, windows, taps, stride, dilation, before }: Sliding): number {
  return Math.max(0, (windows - 1) * stride + (taps - 1) * dilation + 1 - before - size)
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}
