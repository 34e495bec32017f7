import type { DatasetSource } from '../values/dataset.ts'
import { drawGlyph, GLYPH_SIDE } from './draw-glyph.ts'
import { generatedSource, type Generator } from './generated.ts'

/** Draws signs of ten classes. */
export const GLYPHS: Generator = {
  summary: 'Generated signs of ten classes, 28 × 28 grey, distorted and noisy; needs no download.',
  description: {
    name: 'glyphs',
    shape: [GLYPH_SIDE, GLYPH_SIDE, 1],
    classes: 10,
    mean: [0.1342],
    std: [0.2422],
    size: { train: 60_000, test: 10_000 },
  },
  seed: 'glyphs',
  version: 1,
  draw: drawGlyph,
}

/** Drawn signs of ten classes, generated here: a stand-in for MNIST that needs no download. */
export const glyphs: DatasetSource = generatedSource(GLYPHS)
