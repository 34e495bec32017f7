import type { DatasetSource } from '../values/dataset.ts'
import { drawTexture, TEXTURE_SIDE } from './draw-texture.ts'
import { generatedSource, type Generator } from './generated.ts'

/** Draws textured shapes of ten classes. */
export const TEXTURES: Generator = {
  summary: 'Generated textured shapes of ten classes, 32 × 32 in colour, in clutter; needs no download.',
  description: {
    name: 'textures',
    shape: [TEXTURE_SIDE, TEXTURE_SIDE, 3],
    classes: 10,
    mean: [0.4245, 0.4237, 0.4248],
    std: [0.2292, 0.2294, 0.2298],
    size: { train: 50_000, test: 10_000 },
  },
  seed: 'textures',
  version: 1,
  draw: drawTexture,
}

/** Textured shapes of ten classes, generated here: a stand-in for CIFAR-10 that needs no download. */
export const textures: DatasetSource = generatedSource(TEXTURES)
