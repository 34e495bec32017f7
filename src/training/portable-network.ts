import type { Model } from '../plugin/index.ts'
import { openPortable, portableOnnx, type ModelAbout } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { exampleBatches, type Accuracy } from './evaluate.ts'
import { infer, normalise } from './network.ts'
import { flatNetwork, networkOf, toldApart } from './network-tensors.ts'

/** The names of what goes in and what comes out. */
const [INPUT, OUTPUT] = ['images', 'logits']

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
      name: INPUT,
      doc:
        `Pixels as ${data.name} has them, bytes [batch, ${height}, ${width}, ${channels}]: rows, columns, channels. ` +
        `The model divides them by 255 and normalises them with mean ${data.mean.join(', ')} and ` +
        `standard deviation ${data.std.join(', ')}.`,
    },
    output: {
      name: OUTPUT,
      doc: `One number for each of ${model.classes} classes, the highest being the answer; their softmax is the probabilities.`,
    },
    about,
  })
}

/** How many images the model in a file of `portableNetwork` classifies right, run by itself in ONNX Runtime. */
export async function countPortable(
  bytes: Uint8Array,
  data: Pick<DatasetDescription, 'shape'>,
  examples: Examples,
): Promise<Accuracy> {
  const opened = await openPortable(bytes, INPUT, OUTPUT)
  try {
    let correct = 0
    for (const { images, labels } of exampleBatches(data, examples)) {
      const { data: logits, shape } = await opened.run(images)
      const classes = shape[1] as number
      labels.data.forEach((label, i) => {
        const row = logits.subarray(i * classes, (i + 1) * classes)
        if (row.indexOf(Math.max(...row)) === label) correct++
      })
    }
    return { correct, total: examples.count }
  } finally {
    await opened.close()
  }
}
