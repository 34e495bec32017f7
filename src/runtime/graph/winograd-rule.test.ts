import { expect, test } from 'vitest'
import { convolutionWindows } from '../trace/sliding.ts'
import { chosenWinograd } from './winograd-rule.ts'
import type { Use } from './winograd.ts'

type Pad = 'same' | 'valid'
/** Batch, pixels along a side, channels in and out, stride, padding. */
type Layer = readonly [number, number, number, number, number, Pad]

function chosen([batch, size, channels, out, strides, pad]: Layer, use: Use, dilations = 1): boolean {
  const filter = [3, 3, channels, out]
  const over = convolutionWindows([batch, size, size, channels], filter, { strides, pad, dilations })
  return chosenWinograd(batch, filter, over, use) !== undefined
}

// What was measured to be at least a tenth faster.
const cases: readonly (readonly [string, Layer, forward: boolean, training: boolean])[] = [
  ['first of the thesis’ network', [256, 32, 3, 64, 2, 'valid'], false, false],
  ['second', [256, 15, 64, 128, 1, 'valid'], true, true],
  ['third', [256, 13, 128, 256, 2, 'valid'], true, true],
  ['fourth', [256, 6, 256, 512, 1, 'valid'], true, true],
  ['third with a fifth of its filters', [256, 13, 26, 51, 2, 'valid'], false, true],
  ['fourth with a fifth of its filters', [256, 6, 51, 102, 1, 'valid'], true, true],
  ['fourth for a few images', [8, 6, 256, 512, 1, 'valid'], false, false],
  ['fourth for one image', [1, 6, 256, 512, 1, 'valid'], false, false],
  ['narrow, wide images', [128, 32, 16, 16, 1, 'same'], false, true],
  ['broad, small images', [128, 8, 128, 128, 1, 'same'], true, true],
  ['narrow, with strides', [128, 32, 16, 32, 2, 'same'], false, false],
  ['grey images', [128, 28, 1, 32, 1, 'same'], false, false],
]

test.each(cases)('a convolution %s is computed the faster way', (_, layer, forward, training) => {
  expect([chosen(layer, 'forward'), chosen(layer, 'training')]).toEqual([forward, training])
})

test('windows that are spread out, or lie over whole images, are never computed at points', () => {
  expect(chosen([256, 15, 64, 128, 1, 'valid'], 'training', 2)).toBe(false)
  expect(chosen([256, 3, 64, 128, 1, 'valid'], 'training')).toBe(false)
})
