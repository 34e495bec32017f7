import * as tf from '@tensorflow/tfjs-core'
import { Problem } from '../../values/problem.ts'
import { check, count, strict, text } from '../checking.ts'
import { tensorOf, type Layer } from './layer.ts'
import { weightAndBias, weightSettings, type WeightSettings } from './weight-and-bias.ts'

export type DenseSettings = WeightSettings

const schema = strict({ name: text, inputs: count, outputs: count, settings: strict(weightSettings) })

/** A fully connected layer: x · Wᵀ + b, with W of shape [outputs, inputs]. */
export function dense(name: string, inputs: number, outputs: number, settings: DenseSettings = {}): Layer {
  check(`layer ${name}`, schema, { name, inputs, outputs, settings })
  const sizes = { shape: [outputs, inputs], fanIn: inputs, outputs }
  const { weight, bias, parameters } = weightAndBias(name, sizes, settings)
  const forward: Layer['forward'] = ({ params, x }) => {
    const product = tf.matMul(x, tensorOf(params, weight.name), false, true)
    return bias ? tf.add(product, tensorOf(params, bias.name)) : product
  }
  return {
    parameters,
    buffers: [],
    steps: { list: [{ kind: 'dense', weight: weight.name, bias: bias?.name ?? null }], whole: forward },
    forward,
    wire: (wiring, x) => {
      if (x.height * x.width !== 1)
        throw new Problem('usage', `the layer ${name} reads images of ${x.height} × ${x.width} pixels`, {
          hint: 'Put flatten() or globalAveragePool() before it.',
        })
      wiring.bind(weight.name, 1, 'input', x.channels)
      const channels = wiring.channels(outputs)
      wiring.bind(weight.name, 0, 'output', channels)
      wiring.operation('multiply', weight.name, 1)
      if (bias) {
        wiring.bind(bias.name, 0, 'output', channels)
        wiring.operation('add', bias.name, 1)
      }
      return { height: 1, width: 1, channels }
    },
  }
}
