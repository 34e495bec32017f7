import type { DenseWeights } from '../analyses/index.ts'
import type { Model } from '../plugin/index.ts'
import type { NamedTensors } from '../values/host-tensor.ts'

/** The maskable weights of a network as matrices; null where one of them is not the weights of a fully connected layer. */
export function denseLayers(model: Model, network: NamedTensors): readonly DenseWeights[] | null {
  const layers = model.parameters
    .filter(({ maskable }) => maskable)
    .map(({ name, shape }) => {
      const [out, inputs] = shape
      if (out === undefined || inputs === undefined || shape.length !== 2) return null
      return { name, shape: [out, inputs] as const, values: network[name]?.data as Float32Array }
    })
  return layers.every((layer) => layer !== null) ? layers : null
}
