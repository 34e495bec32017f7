import { backend_util } from '@tensorflow/tfjs-core'
import type { Shape } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import { dim, shapeText } from '../graph/shape.ts'
import type { Windows } from '../graph/windows.ts'
import { check } from './check.ts'

type Info = backend_util.Conv2DInfo
type Pair = [number, number] | number
type Quad = [number, number, number, number]

/** Where a convolution's or a pooling's windows lie, in tfjs' terms. */
export interface SlidingAttrs {
  readonly strides: Pair
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding
  readonly dilations?: Pair | null
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly dataFormat?: 'NHWC' | 'NCHW'
}

/** Windows of a convolution over images of a shape, with filters [rows, columns, in, out] of a shape. */
export function convolutionWindows(image: Shape, filter: Shape, attrs: SlidingAttrs): Windows {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attrs
  if (dataFormat === 'NCHW')
    throw new Problem('usage', 'images with their channels first cannot be compiled', {
      hint: 'Use the data format NHWC; transpose the images once.',
    })
  check(
    dim(image, 3) === dim(filter, 2),
    `images ${shapeText(image)} and filters ${shapeText(filter)} differ in their channels`,
  )
  return windowsOf(
    backend_util.computeConv2DInfo(
      [...image] as Quad,
      [...filter] as Quad,
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
    ),
  )
}

/** Windows of a pooling over images of a shape. */
export function poolingWindows(image: Shape, size: Pair, attrs: SlidingAttrs): Windows {
  const { strides, pad, dimRoundingMode } = attrs
  return windowsOf(backend_util.computePool2DInfo([...image] as Quad, size, strides, 1, pad, dimRoundingMode))
}

/** Refuses a gradient that has not one pixel for every window. */
export function checkGradient(dy: Shape, { rows, columns }: Windows): void {
  check(
    dy[1] === rows.windows && dy[2] === columns.windows,
    `the gradient ${shapeText(dy)} does not fit ${rows.windows} × ${columns.windows} windows`,
  )
}

function windowsOf(info: Info): Windows {
  const windows = {
    rows: {
      size: info.inHeight,
      windows: info.outHeight,
      taps: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: info.padInfo.top,
    },
    columns: {
      size: info.inWidth,
      windows: info.outWidth,
      taps: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: info.padInfo.left,
    },
  }
  check(
    info.outHeight > 0 && info.outWidth > 0,
    `no window of ${info.filterHeight} × ${info.filterWidth} fits into an image of ${info.inHeight} × ${info.inWidth}`,
  )
  return windows
}
