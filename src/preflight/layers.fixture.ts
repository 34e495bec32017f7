import * as tf from '@tensorflow/tfjs-core'
import { uniformFanIn, type Features, type Layer, type LayerOutputs } from '../plugin/index.ts'

/** Layers as a user may write them: right ones, and ones with a mistake. */
const outputsOf = (result: tf.Tensor | LayerOutputs): LayerOutputs =>
  result instanceof tf.Tensor ? { output: result, buffers: {} } : result

const plain = (apply: (x: tf.Tensor) => tf.Tensor, wire: Layer['wire'] = (_, x) => x): Layer => ({
  parameters: [],
  buffers: [],
  forward: ({ x }) => apply(x),
  wire,
})

/** Branches side by side: their channels one after the other, told in an order. */
export const concat = (branches: readonly [Layer, Layer], told: 'in order' | 'reversed'): Layer => ({
  parameters: branches.flatMap(({ parameters }) => parameters),
  buffers: branches.flatMap(({ buffers }) => buffers),
  forward: (inputs) => {
    const all = branches.map((branch) => outputsOf(branch.forward(inputs)))
    return {
      output: tf.concat(
        all.map(({ output }) => output),
        -1,
      ),
      buffers: Object.assign({}, ...all.map(({ buffers }) => buffers)) as LayerOutputs['buffers'],
    }
  },
  wire: (wiring, x) => {
    const all = branches.map((branch) => branch.wire(wiring, x))
    const ordered = told === 'in order' ? all : all.toReversed()
    return { ...(all[0] as Features), channels: ordered.flatMap(({ channels }) => channels) }
  },
})

/** A filter of 3 × 3 for each channel; tells right, wrong or not what it costs. */
export const depthwise = (name: string, channels: number, told: boolean | 'too few' = true): Layer => {
  const weight = {
    name: `${name}/weight`,
    shape: [3, 3, channels, 1],
    init: uniformFanIn(9),
    maskable: false,
  }
  return {
    parameters: [weight],
    buffers: [],
    forward: ({ params, x }) =>
      tf.depthwiseConv2d(x as tf.Tensor4D, params[weight.name] as tf.Tensor4D, 1, 'same'),
    wire: (wiring, x) => {
      wiring.bind(weight.name, 2, 'output', x.channels)
      const positions = told === 'too few' ? 1 : x.height * x.width
      if (told !== false) wiring.operation('multiply', weight.name, positions)
      return x
    },
  }
}

/** A number for each channel that is added to it, and at some times those of the channels in reverse. */
export const shift = (name: string, channels: number, only: 'always' | 'training' | 'inference'): Layer => {
  const offset = {
    name: `${name}/offset`,
    shape: [channels],
    init: () => new Float32Array(channels),
    maskable: false,
  }
  const reversed = (x: tf.Tensor) => tf.add(x, tf.reverse(x, -1))
  return {
    parameters: [offset],
    buffers: [],
    forward: ({ params, x, training }) => {
      const y = tf.add(x, params[offset.name] as tf.Tensor)
      const here = only === 'always' || (training === null) === (only === 'inference')
      return here ? reversed(y) : y
    },
    wire: (wiring, x) => {
      wiring.bind(offset.name, 0, 'output', x.channels)
      return x
    },
  }
}

/** Adds numbers that begin as 0 to its channels: those of a parameter or a buffer, told for the channels in reverse. */
export const misplaced = (name: string, channels: number, kind: 'parameters' | 'buffers'): Layer => {
  const offset = { name: `${name}/offset`, shape: [channels], init: () => new Float32Array(channels) }
  return {
    parameters: [],
    buffers: [],
    [kind]: [kind === 'parameters' ? { ...offset, maskable: false } : offset],
    forward: ({ params, buffers, x }) => tf.add(x, { ...params, ...buffers }[offset.name] as tf.Tensor),
    wire: (wiring, x) => {
      wiring.bind(offset.name, 0, 'output', x.channels.toReversed())
      return x
    },
  }
}

/** Normalises each pixel over its channels, then scales and shifts each channel. */
export const overChannels = (name: string, channels: number): Layer => {
  const specs = ['scale', 'shift'].map((role) => ({
    name: `${name}/${role}`,
    shape: [channels],
    init: () => new Float32Array(channels).fill(role === 'scale' ? 1 : 0),
    maskable: false,
  }))
  return {
    parameters: specs,
    buffers: [],
    forward: ({ params, x }) => {
      const { mean, variance } = tf.moments(x, -1, true)
      const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)))
      const [scale, shift] = specs.map((spec) => params[spec.name] as tf.Tensor)
      return tf.add(tf.mul(normal, scale as tf.Tensor), shift as tf.Tensor)
    },
    wire: (wiring, x) => {
      for (const spec of specs) wiring.bind(spec.name, 0, 'output', x.channels)
      return x
    },
  }
}

export const sigmoid = (): Layer => plain((x) => tf.sigmoid(x))

/** Reads a number of channels that it was told instead of what the tensor has. */
export const frozen = (size: number): Layer => plain((x) => tf.reshape(x, [-1, 4, 4, size]))

/** Its results divided by their own sum: 0/0 where all of them are 0, as behind a ReLU of negative numbers. */
export const normalised = (): Layer =>
  plain((x) => {
    const positive = tf.relu(tf.sub(x, 1e3))
    return tf.div(positive, tf.sum(positive, -1, true))
  })

/** A convolution with gaps, whose gradient tfjs does not know. */
export const dilated = (name: string, inputs: number, outputs: number): Layer => {
  const weight = {
    name: `${name}/weight`,
    shape: [3, 3, inputs, outputs],
    init: uniformFanIn(9 * inputs),
    maskable: true,
  }
  return {
    parameters: [weight],
    buffers: [],
    forward: ({ params, x }) =>
      tf.conv2d(x as tf.Tensor4D, params[weight.name] as tf.Tensor4D, 1, 'same', 'NHWC', 2),
    wire: (wiring, x) => {
      wiring.bind(weight.name, 2, 'input', x.channels)
      const channels = wiring.channels(outputs)
      wiring.bind(weight.name, 3, 'output', channels)
      wiring.operation('multiply', weight.name, x.height * x.width)
      return { ...x, channels }
    },
  }
}

/** Channels become pixels, an op that compiled functions do not know. */
export const pixelShuffle = (): Layer =>
  plain(
    (x) => tf.depthToSpace(x as tf.Tensor4D, 2, 'NHWC'),
    (wiring, x) => {
      const count = x.channels.length / 4
      const channels = x.channels.slice(0, count)
      for (let part = 1; part < 4; part++)
        wiring.unite(channels, x.channels.slice(part * count, (part + 1) * count))
      return { height: 2 * x.height, width: 2 * x.width, channels }
    },
  )
