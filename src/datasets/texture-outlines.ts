/** How far inside an outline of radius about 1 a place is; negative outside. */
export type Outline = (x: number, y: number) => number

const HALF_ROOT_3 = Math.sqrt(3) / 2

/** The shapes an object may have. They cover comparable areas, so that the amount of a colour hardly tells one. */
export const OUTLINES: readonly Outline[] = [
  // 0: disc
  (x, y) => 0.84 - Math.sqrt(x * x + y * y),
  // 1: square
  (x, y) => 0.75 - Math.max(Math.abs(x), Math.abs(y)),
  // 2: triangle
  (x, y) => 0.56 - Math.max(y, HALF_ROOT_3 * Math.abs(x) - y / 2),
  // 3: cross
  (x, y) => {
    const [across, along] = [Math.abs(x), Math.abs(y)]
    return Math.max(Math.min(1 - across, 0.38 - along), Math.min(0.38 - across, 1 - along))
  },
  // 4: crescent
  (x, y) => {
    const fromHollow = Math.sqrt((x - 0.62) * (x - 0.62) + y * y)
    return Math.min(1 - Math.sqrt(x * x + y * y), fromHollow - 0.62)
  },
]
