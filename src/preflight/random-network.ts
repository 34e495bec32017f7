import { initialTensors, type Model } from '../plugin/index.ts'
import { float32, sizeOf, type HostTensor, type NamedTensors } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'

/**
 * A network in which a mistake in what belongs to a channel shows: as initialised, but no two channels are alike. What is
 * drawn keeps its distribution; what begins as one number everywhere (biases, batch-norm's tensors, running statistics)
 * gets numbers around it. Buffers become no smaller, as a variance must stay positive; fixed ones stay what they are.
 */
export function randomNetwork(model: Model, seed: number): NamedTensors {
  const tensors = initialTensors(model, seed, 'preflight')
  const fixed = new Set(model.buffers.filter((buffer) => buffer.fixed === true).map(({ name }) => name))
  const parameters = new Set(model.parameters.map(({ name }) => name))
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => {
      const random = stream(seed, `preflight/changes/${name}`)
      const constant = data.every((value) => value === data[0])
      const change = parameters.has(name)
        ? () => (constant ? random.uniform() - 0.5 : 0)
        : () => (fixed.has(name) ? 0 : random.uniform() / 2)
      return [
        name,
        float32(
          shape,
          Float32Array.from(data, (value) => value + change()),
        ),
      ]
    }),
  )
}

/** Images [count, height, width, channels], of mean 0 and variance 1, and a label for each. */
export function randomBatch(
  { input, classes }: Pick<Model, 'input' | 'classes'>,
  count: number,
  seed: number,
): { readonly x: HostTensor; readonly labels: HostTensor } {
  const random = stream(seed, 'preflight/images')
  const shape = [count, ...input]
  return {
    x: float32(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
    ),
    labels: {
      dtype: 'uint8',
      shape: [count],
      data: Uint8Array.from({ length: count }, () => random.integer(classes)),
    },
  }
}
