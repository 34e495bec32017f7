/** A point of a glyph: x to the right, y downwards, both in [−1, 1]. */
export type Point = readonly [x: number, y: number]

/** One movement of the pen. */
export interface Stroke {
  /** `line`: straight from point to point. `curve`: smoothly through the points (a Catmull–Rom spline). */
  readonly kind: 'line' | 'curve'
  readonly points: readonly Point[]
  /** Whether the pen returns to where it began. */
  readonly closed?: true
}

/** The strokes of the ten classes. Several share parts, so that no single place of the image tells a class. */
export const GLYPH_SHAPES: readonly (readonly Stroke[])[] = [
  // 0: ring
  [
    {
      kind: 'curve',
      closed: true,
      points: [
        [0, -1],
        [0.75, -0.6],
        [0.9, 0.2],
        [0.4, 0.9],
        [-0.4, 0.9],
        [-0.9, 0.2],
        [-0.75, -0.6],
      ],
    },
  ],
  // 1: triangle
  [
    {
      kind: 'line',
      closed: true,
      points: [
        [0, -1],
        [0.95, 0.8],
        [-0.95, 0.8],
      ],
    },
  ],
  // 2: cross
  [
    {
      kind: 'line',
      points: [
        [0, -1],
        [0, 0],
        [0, 1],
      ],
    },
    {
      kind: 'line',
      points: [
        [-0.9, 0],
        [0, 0],
        [0.9, 0],
      ],
    },
  ],
  // 3: T
  [
    {
      kind: 'line',
      points: [
        [-0.9, -0.85],
        [0, -0.85],
        [0.9, -0.85],
      ],
    },
    {
      kind: 'line',
      points: [
        [0, -0.85],
        [0, 0],
        [0, 1],
      ],
    },
  ],
  // 4: Y
  [
    {
      kind: 'line',
      points: [
        [-0.8, -1],
        [0, 0],
        [0, 1],
      ],
    },
    {
      kind: 'line',
      points: [
        [0.8, -1],
        [0, 0],
      ],
    },
  ],
  // 5: Z
  [
    {
      kind: 'line',
      points: [
        [-0.8, -0.9],
        [0.8, -0.9],
        [-0.8, 0.9],
        [0.8, 0.9],
      ],
    },
  ],
  // 6: S
  [
    {
      kind: 'curve',
      points: [
        [0.8, -0.75],
        [0, -1],
        [-0.75, -0.55],
        [0, 0],
        [0.75, 0.55],
        [0, 1],
        [-0.8, 0.75],
      ],
    },
  ],
  // 7: C with a bar
  [
    {
      kind: 'curve',
      points: [
        [0.8, -0.75],
        [0, -1],
        [-0.8, -0.5],
        [-0.8, 0.5],
        [0, 1],
        [0.8, 0.75],
      ],
    },
    {
      kind: 'line',
      points: [
        [-0.8, 0],
        [0.5, 0],
      ],
    },
  ],
  // 8: h
  [
    {
      kind: 'line',
      points: [
        [-0.7, -1],
        [-0.7, 0],
        [-0.7, 1],
      ],
    },
    {
      kind: 'curve',
      points: [
        [-0.7, 0.2],
        [-0.1, -0.25],
        [0.6, 0.1],
        [0.7, 1],
      ],
    },
  ],
  // 9: spiral
  [
    {
      kind: 'curve',
      points: [
        [0, 0.1],
        [0.35, 0.1],
        [0.25, 0.5],
        [-0.3, 0.5],
        [-0.55, 0],
        [-0.2, -0.6],
        [0.5, -0.65],
        [0.9, 0],
        [0.7, 0.9],
      ],
    },
  ],
]
