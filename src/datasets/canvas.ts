/** A grey image being drawn: row-major, 0 is empty and 1 is full of ink. */
export interface Canvas {
  readonly side: number
  readonly ink: Float64Array
}

export function emptyCanvas(side: number): Canvas {
  return { side, ink: new Float64Array(side * side) }
}

/**
 * Draws a path with a round pen; where strokes overlap the darker one shows. `path` holds x, y, x, y, … in pixels;
 * a pixel's centre has whole coordinates. The edge falls from full to none over one pixel.
 */
export function drawPath(canvas: Canvas, path: readonly number[], radius: number, ink: number): void {
  alongPath(canvas, path, radius, (at, coverage) => {
    canvas.ink[at] = Math.max(canvas.ink[at] as number, ink * coverage)
  })
}

/** Wipes ink away along a path. */
export function erasePath(canvas: Canvas, path: readonly number[], radius: number): void {
  alongPath(canvas, path, radius, (at, coverage) => {
    canvas.ink[at] = Math.min(canvas.ink[at] as number, 1 - coverage)
  })
}

function alongPath(
  { side }: Canvas,
  path: readonly number[],
  radius: number,
  touch: (at: number, coverage: number) => void,
): void {
  const reach = radius + 0.5
  for (let i = 0; i + 3 < path.length; i += 2) {
    const [ax, ay, bx, by] = [path[i], path[i + 1], path[i + 2], path[i + 3]] as [
      number,
      number,
      number,
      number,
    ]
    const [dx, dy] = [bx - ax, by - ay]
    const squaredLength = dx * dx + dy * dy
    const left = Math.max(0, Math.ceil(Math.min(ax, bx) - reach))
    const right = Math.min(side - 1, Math.floor(Math.max(ax, bx) + reach))
    const top = Math.max(0, Math.ceil(Math.min(ay, by) - reach))
    const bottom = Math.min(side - 1, Math.floor(Math.max(ay, by) + reach))
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const along = squaredLength === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / squaredLength
        const t = Math.min(1, Math.max(0, along))
        const [ex, ey] = [x - ax - t * dx, y - ay - t * dy]
        const coverage = reach - Math.sqrt(ex * ex + ey * ey)
        if (coverage > 0) touch(y * side + x, Math.min(1, coverage))
      }
    }
  }
}
