import type * as tf from '@tensorflow/tfjs-core'
import { structureOf, type Model } from '../plugin/index.ts'
import { multiplyAdds } from '../runtime/index.ts'
import { measured, networkOf, networkSpecs, type Network } from '../training/index.ts'
import { sizeOf, type NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'

/**
 * Whether the multiply-adds that a model's wiring tells are those of its forward pass, weight by weight. Throws a
 * `Problem` that names the first weight of which another number is told. A weight that is changed before it is multiplied
 * is not compared, nor is a model that cannot be recorded, which an engine that runs it operation by operation may have.
 */
export async function checkCosts(model: Model, name: string, network: NamedTensors): Promise<void> {
  const counted = await countedFor(model, network)
  const told = new Map<string, number>()
  for (const { kind, tensor, positions } of structureOf(model).operations)
    if (kind === 'multiply') told.set(tensor, (told.get(tensor) ?? 0) + positions)
  for (const [tensor, positions] of told) {
    const size = sizeOf(network[tensor]?.shape ?? [])
    const found = counted.get(tensor)
    if (found === undefined || found === positions * size) continue
    throw new Problem(
      'usage',
      `the wiring of the model ${name} tells ${positions * size} multiply-adds of ${tensor} for one image; its forward pass does ${found}`,
      {
        hint: `let wiring.operation('multiply', '${tensor}', positions) tell at how many positions each of its ${size} entries is multiplied: ${found / size}`,
      },
    )
  }
}

async function countedFor(model: Model, network: NamedTensors): Promise<ReadonlyMap<string, number>> {
  const signature = {
    ...networkSpecs(networkOf(model, network)),
    x: { dtype: 'float32', shape: [1, ...model.input] },
  } as const
  const infer = (inputs: unknown) => {
    const { params, buffers, x } = inputs as Network<tf.Tensor> & { readonly x: tf.Tensor4D }
    return { output: measured(() => model.forward({ params, buffers, x, training: null })).output }
  }
  try {
    const counts = await multiplyAdds('one image', signature, infer)
    return new Map([...counts].map(([path, count]) => [path.replace(/^params\./, ''), count]))
  } catch (error) {
    if (error instanceof Problem) return new Map()
    throw error
  }
}
