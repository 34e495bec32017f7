import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { LoopSignature, StepInputs, StepOutputs } from '../runtime/index.ts'
import type { Dataset } from '../values/dataset.ts'
import type { TensorSpec } from '../values/host-tensor.ts'
import { lossAndGradients, normalise } from './network.ts'
import type { Network } from './network-tensors.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import type { Optimizer } from './optimizers.ts'

/** What one step of training reads, carries on and is given anew. */
export interface StepSignature extends LoopSignature {
  /** The whole training set as bytes, and factors of 0 and 1 for the parameters that are masked. */
  readonly constants: { images: TensorSpec; labels: TensorSpec; masks: Record<string, TensorSpec> }
  /** Parameters and buffers by name; what the optimizer remembers, by slot and parameter. */
  readonly carry: {
    params: Record<string, TensorSpec>
    buffers: Record<string, TensorSpec>
    slots: Record<string, Record<string, TensorSpec>>
  }
  /** Which images make up the batch, int32 [batch]; the optimizer's numbers for this step; its source of randomness. */
  readonly each: { indices: TensorSpec; scalars: Record<string, TensorSpec>; key: TensorSpec }
}

/** The mean loss of the batch before the step. */
export type StepOutput = { loss: tf.Tensor }

/** One step of training as a pure function: gather the batch, gradients, update. */
export function trainingStep(task: {
  readonly model: Model
  readonly dataset: Dataset
  readonly loss: TrainingSettings['loss'] | undefined
  readonly optimizer: Optimizer
  readonly batchSize: number
  readonly network: Network<TensorSpec>
  readonly maskNames: readonly string[]
  /** Told what a forward pass makes, in bytes, whenever the step is traced. */
  readonly traced: (activations: number) => void
}): {
  readonly signature: StepSignature
  readonly step: (inputs: StepInputs<StepSignature>) => StepOutputs<StepSignature, StepOutput>
} {
  const { model, dataset, optimizer, batchSize, network, maskNames } = task
  const { params } = network
  const signature: StepSignature = {
    constants: {
      images: { dtype: 'uint8', shape: [dataset.train.count, ...dataset.shape], shared: true },
      labels: { dtype: 'uint8', shape: [dataset.train.count], shared: true },
      masks: Object.fromEntries(maskNames.map((name) => [name, params[name] as TensorSpec])),
    },
    carry: { ...network, slots: Object.fromEntries(optimizer.slots.map((slot) => [slot, params])) },
    each: {
      indices: { dtype: 'int32', shape: [batchSize] },
      scalars: Object.fromEntries(
        optimizer.scalarNames.map((name) => [name, { dtype: 'float32', shape: [] }]),
      ),
      key: { dtype: 'int32', shape: [] },
    },
  }
  return {
    signature,
    step: ({ constants, carry, each }) => {
      const x = normalise(tf.gather(constants.images, each.indices), dataset)
      const labels = tf.cast(tf.gather(constants.labels, each.indices), 'int32') as tf.Tensor1D
      const key = each.key as tf.Scalar
      const { loss, gradients, buffers, activations } = lossAndGradients(
        model,
        carry,
        { x, labels },
        key,
        task.loss,
      )
      task.traced(activations)
      const updates = model.parameters.map(({ name }) => {
        // The weight itself is masked already, so masking the gradient alone equals masking in the forward pass.
        const mask = constants.masks[name]
        const gradient = gradients[name] as tf.Tensor
        const updated = optimizer.update({
          weight: carry.params[name] as tf.Tensor,
          gradient: mask ? tf.mul(gradient, mask) : gradient,
          slots: Object.fromEntries(
            optimizer.slots.map((slot) => [slot, carry.slots[slot]?.[name] as tf.Tensor]),
          ),
          scalars: each.scalars,
        })
        return { name, ...updated }
      })
      const slots = optimizer.slots.map((slot) => [
        slot,
        Object.fromEntries(updates.map((update) => [update.name, update.slots[slot] as tf.Tensor])),
      ])
      return {
        carry: {
          params: Object.fromEntries(updates.map(({ name, weight }) => [name, weight])),
          buffers,
          slots: Object.fromEntries(slots) as Record<string, Record<string, tf.Tensor>>,
        },
        out: { loss },
      }
    },
  }
}
