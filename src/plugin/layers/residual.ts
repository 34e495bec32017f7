import * as tf from '@tensorflow/tfjs-core'
import { Problem } from '../../values/problem.ts'
import { check, count, strict, text } from '../checking.ts'
import type { BufferSpec } from '../model.ts'
import { checkLayers, outputsOf, tensorOf, type Layer } from './layer.ts'
import { sequential } from './sequential.ts'
import { windowed } from './windows.ts'

/** The sum of two branches (He et al. 2016): main(x) + shortcut(x), the shortcut being x itself if none is given. */
export function residual(main: Layer, shortcut: Layer = sequential()): Layer {
  checkLayers('residual', [main, shortcut])
  return {
    parameters: [...main.parameters, ...shortcut.parameters],
    buffers: [...main.buffers, ...shortcut.buffers],
    forward: (inputs) => {
      const long = outputsOf(main.forward(inputs))
      const short = outputsOf(shortcut.forward(inputs))
      return {
        output: tf.add(long.output, short.output),
        buffers: { ...long.buffers, ...short.buffers },
      }
    },
    wire: (wiring, x) => {
      const long = main.wire(wiring, x)
      const short = shortcut.wire(wiring, x)
      if (long.height !== short.height || long.width !== short.width)
        throw new Problem(
          'usage',
          `a residual adds ${long.height} × ${long.width} pixels to ${short.height} × ${short.width}`,
          { hint: 'Give its shortcut the stride of its main branch, as subsample() does.' },
        )
      wiring.unite(long.channels, short.channels)
      return long
    },
  }
}

const schema = strict({ name: text, inputs: count, outputs: count, stride: count })

/**
 * A shortcut without parameters (option A of He et al. 2016): every `stride`-th pixel, and channels of zeros behind the
 * given ones. The channels are chosen by a fixed 0/1 matrix [inputs, outputs], so that deleting some is slicing it.
 */
export function subsample(name: string, inputs: number, outputs: number, stride: number): Layer {
  check(`layer ${name}`, schema, { name, inputs, outputs, stride })
  const selection: BufferSpec = {
    name: `${name}/selection`,
    shape: [inputs, outputs],
    init: () => {
      const matrix = new Float32Array(inputs * outputs)
      for (let i = 0; i < Math.min(inputs, outputs); i++) matrix[i * outputs + i] = 1
      return matrix
    },
    fixed: true,
  }
  return {
    parameters: [],
    buffers: [selection],
    forward: ({ buffers, x }) => {
      const matrix = tensorOf(buffers, selection.name) as tf.Tensor2D
      const filters = tf.reshape<tf.Rank.R4>(matrix, [1, 1, ...matrix.shape])
      return tf.conv2d(x as tf.Tensor4D, filters, stride, 'valid')
    },
    wire: (wiring, x) => {
      wiring.bind(selection.name, 0, 'input', x.channels)
      const channels = wiring.channels(outputs)
      wiring.bind(selection.name, 1, 'output', channels)
      return { ...windowed(name, x, 1, stride, 'valid'), channels }
    },
  }
}
