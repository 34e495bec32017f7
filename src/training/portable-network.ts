import type * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import { portableOnnx, type ModelAbout } from '../runtime/index.ts'
import type { DatasetDescription } from '../values/dataset.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { infer, normalise } from './network.ts'
import { flatNetwork, networkOf, type Network } from './network-tensors.ts'

/**
 * A network as an ONNX model that plain ONNX Runtime runs: `images`, bytes as the data set has them, any number of them,
 * to `logits`. Normalising is part of it. `params` are network tensors.
 */
export function portableNetwork(
  model: Model,
  data: Pick<DatasetDescription, 'name' | 'shape' | 'mean' | 'std'>,
  params: NamedTensors,
  about: ModelAbout,
): Promise<Uint8Array> {
  const network = networkOf(model, params)
  const [height, width, channels] = data.shape
  return portableOnnx({
    name: 'network',
    weights: flatNetwork(network),
    each: { dtype: 'uint8', shape: data.shape },
    fn: (tensors, images) => infer(model, toldApart(model, tensors), normalise(images, data)).output,
    input: {
      name: 'images',
      doc:
        `Pixels as ${data.name} has them, bytes [batch, ${height}, ${width}, ${channels}]: rows, columns, channels. ` +
        `The model divides them by 255 and normalises them with mean ${data.mean.join(', ')} and ` +
        `standard deviation ${data.std.join(', ')}.`,
    },
    output: {
      name: 'logits',
      doc: `One number for each of ${model.classes} classes, the highest being the answer; their softmax is the probabilities.`,
    },
    about,
  })
}

function toldApart(model: Model, tensors: Readonly<Record<string, tf.Tensor>>): Network<tf.Tensor> {
  const named = (specs: readonly { readonly name: string }[]) =>
    Object.fromEntries(specs.map(({ name }) => [name, tensors[name] as tf.Tensor]))
  return { params: named(model.parameters), buffers: named(model.buffers) }
}
