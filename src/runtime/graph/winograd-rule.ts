import type { Shape } from '../../values/host-tensor.ts'
import { dim } from './shape.ts'
import type { Sliding, Windows } from './windows.ts'
import { winogradOf, type Use, type Winograd } from './winograd.ts'

/**
 * Times in ns on one core, fitted to convolutions of 8 to 512 channels on 6 × 6 to 32 × 32 pixels, forward and with
 * both gradients, to within a fifth (bench/results tells how); only their proportions matter.
 */
const NS = {
  /** One multiply-add of a large product, whose columns come by sixteen. */
  product: 0.0165,
  /** Making ready one number of the right operand of a small product. */
  operand: 0.5,
  /** Finding one pixel of a window, and copying one number of it. */
  pixel: 3.75,
  copied: 0.85,
  /** Reading or writing one number in going to points and back, and one multiply-add there. */
  passed: 0.25,
  transform: 0.033,
  /** Moving one number between the orders of pixels. */
  moved: 0.7,
}

/**
 * The points at which a convolution is computed in less time than window by window; undefined if it is not. In
 * training the times of both gradients are counted in.
 */
export function chosenWinograd(batch: number, filter: Shape, over: Windows, use: Use): Winograd | undefined {
  const by = winogradOf(over)
  if (!by) return undefined
  const [channels, out] = [dim(filter, 2), dim(filter, 3)]
  return timeAtPoints(batch, channels, out, over, by, use) < timeByWindows(batch, channels, out, over, use)
    ? by
    : undefined
}

function timeByWindows(batch: number, channels: number, out: number, over: Windows, use: Use): number {
  const { rows, columns } = over
  const [windows, taps, pixels] = [
    batch * rows.windows * columns.windows,
    rows.taps * columns.taps,
    batch * rows.size * columns.size,
  ]
  const forward =
    windows * taps * (NS.pixel + channels * NS.copied) +
    windows * taps * channels * bySixteen(out) * NS.product
  if (use === 'forward') return forward
  // Products for both gradients, and each pixel's gradient collected from the windows it lies under.
  const under = Math.ceil(rows.taps / rows.stride) * Math.ceil(columns.taps / columns.stride)
  const collected = pixels * under * (NS.pixel + 1.7 * channels * NS.copied)
  const filters = windows * taps * channels * bySixteen(out) * NS.product
  const images = windows * taps * out * bySixteen(channels) * NS.product
  return forward + filters + images + collected
}

function timeAtPoints(
  batch: number,
  channels: number,
  out: number,
  { rows, columns }: Windows,
  by: Winograd,
  use: Use,
): number {
  const points = by.rows.points * by.columns.points
  /** From or to so many places, of `each` numbers. */
  const transform = (of: (axis: Sliding) => number, each: number): number => {
    const [height, width] = [of(rows), of(columns)]
    const between = by.rows.points * width
    const multiplied = between * height + points * width
    return each * ((height * width + 2 * between + points) * NS.passed + multiplied * NS.transform)
  }
  const pixels =
    transform((a) => a.size, batch * channels) + batch * channels * rows.size * columns.size * NS.moved
  const windows =
    transform((a) => a.windows, batch * out) + batch * out * rows.windows * columns.windows * NS.moved
  const taps = rows.taps * columns.taps
  const filters = channels * out * ((taps + points) * NS.passed + points * taps * NS.product)
  const product = (inner: number, columnsOf: number): number =>
    points * (batch * inner * bySixteen(columnsOf) * NS.product + channels * out * NS.operand)
  const forward = pixels + filters + product(channels, out) + windows
  if (use === 'forward') return forward
  return forward + windows + product(channels, out) + filters + product(out, channels) + pixels
}

function bySixteen(n: number): number {
  return 16 * Math.ceil(n / 16)
}
