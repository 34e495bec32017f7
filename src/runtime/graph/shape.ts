import type { Shape } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i])
}

/** The shape of an element-wise result, as NumPy broadcasts; a Problem if the shapes do not fit. */
export function broadcastShape(shapes: readonly Shape[]): Shape {
  const rank = Math.max(0, ...shapes.map((s) => s.length))
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((s) => s[i - rank + s.length] ?? 1).filter((n) => n !== 1)
    const size = sizes[0] ?? 1
    if (sizes.some((n) => n !== size))
      throw new Problem('usage', `shapes ${shapes.map(shapeText).join(' and ')} do not broadcast`)
    return size
  })
}

export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** Axis counted from the front, −1 being the last. */
export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

/** Element of a shape or of another list that is known to be that long. */
export function dim(shape: readonly number[], axis: number): number {
  const n = shape[axis]
  if (n === undefined) throw new RangeError(`no axis ${axis} in ${shapeText(shape)}`)
  return n
}
