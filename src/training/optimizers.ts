import * as tf from '@tensorflow/tfjs-core'
import type {
  AdadeltaSettings,
  AdamSettings,
  OptimizerSettings,
  SgdSettings,
} from '../values/training-settings.ts'

/** One parameter, its gradient and the optimizer's memory of it, all of one shape. */
export interface UpdateInputs {
  readonly weight: tf.Tensor
  readonly gradient: tf.Tensor
  readonly slots: Readonly<Record<string, tf.Tensor>>
  /** Numbers that change from step to step; see `Optimizer.scalars`. */
  readonly scalars: Readonly<Record<string, tf.Tensor>>
}

export interface Updated {
  readonly weight: tf.Tensor
  readonly slots: Readonly<Record<string, tf.Tensor>>
}

/** A first-order optimizer as a pure function of one parameter at one step. */
export interface Optimizer {
  /** What it remembers for each parameter, one tensor of the parameter's shape each, starting at 0. */
  readonly slots: readonly string[]
  /** Names of the numbers it wants at each step. */
  readonly scalarNames: readonly string[]
  /** Their values at step `step` (counted from 0) when the schedule scales the learning rate by `factor`. */
  scalars(step: number, factor: number): Readonly<Record<string, number>>
  /** Where a gradient is zero at every step and weight decay acts on a zero weight, the weight stays exactly zero. */
  update(inputs: UpdateInputs): Updated
}

/** The optimizer that settings describe. */
export function optimizerOf(settings: OptimizerSettings): Optimizer {
  switch (settings.name) {
    case 'adadelta':
      return adadelta(settings)
    case 'sgd':
      return sgd(settings)
    case 'adam':
      return adam(settings)
  }
}

/**
 * Adadelta (Zeiler 2012, algorithm 1, with PyTorch's learning rate). Both running averages are kept divided by
 * (1 − ρ), and so is ε: their ratio is the same and three passes over the weights are saved.
 */
function adadelta({ learningRate, rho, epsilon, weightDecay }: AdadeltaSettings): Optimizer {
  const scaledEpsilon = epsilon / (1 - rho)
  return {
    slots: ['squaredGradients', 'squaredUpdates'],
    scalarNames: ['rate'],
    scalars: (_, factor) => ({ rate: learningRate * factor }),
    update: ({ weight, gradient, slots, scalars }) => {
      const g = decayed(gradient, weight, weightDecay)
      const squaredGradients = tf.add(tf.mul(slot(slots, 'squaredGradients'), rho), tf.mul(g, g))
      const before = slot(slots, 'squaredUpdates')
      const ratio = tf.div(tf.add(before, scaledEpsilon), tf.add(squaredGradients, scaledEpsilon))
      const step = tf.mul(tf.sqrt(ratio), g)
      const squaredUpdates = tf.add(tf.mul(before, rho), tf.mul(step, step))
      return {
        weight: tf.sub(weight, tf.mul(step, slot(scalars, 'rate'))),
        slots: { squaredGradients, squaredUpdates },
      }
    },
  }
}

/** v ← μ·v + g; w ← w − lr·v, as in PyTorch. */
function sgd({ learningRate, momentum, weightDecay }: SgdSettings): Optimizer {
  const scalars = (_: number, factor: number) => ({ rate: learningRate * factor })
  if (momentum === 0) {
    return {
      slots: [],
      scalarNames: ['rate'],
      scalars,
      update: ({ weight, gradient, scalars: now }) => ({
        weight: tf.sub(weight, tf.mul(decayed(gradient, weight, weightDecay), slot(now, 'rate'))),
        slots: {},
      }),
    }
  }
  return {
    slots: ['velocity'],
    scalarNames: ['rate'],
    scalars,
    update: ({ weight, gradient, slots, scalars: now }) => {
      const g = decayed(gradient, weight, weightDecay)
      const velocity = tf.add(tf.mul(slot(slots, 'velocity'), momentum), g)
      return { weight: tf.sub(weight, tf.mul(velocity, slot(now, 'rate'))), slots: { velocity } }
    },
  }
}

/** Adam (Kingma & Ba 2015, algorithm 1); the two bias corrections are computed outside and passed in. */
function adam({ learningRate, beta1, beta2, epsilon, weightDecay }: AdamSettings): Optimizer {
  return {
    slots: ['mean', 'variance'],
    scalarNames: ['rate', 'varianceCorrection'],
    scalars: (step, factor) => ({
      rate: (learningRate * factor) / (1 - beta1 ** (step + 1)),
      varianceCorrection: 1 / Math.sqrt(1 - beta2 ** (step + 1)),
    }),
    update: ({ weight, gradient, slots, scalars }) => {
      const g = decayed(gradient, weight, weightDecay)
      const mean = tf.add(tf.mul(slot(slots, 'mean'), beta1), tf.mul(g, 1 - beta1))
      const variance = tf.add(tf.mul(slot(slots, 'variance'), beta2), tf.mul(tf.mul(g, g), 1 - beta2))
      const deviation = tf.add(tf.mul(tf.sqrt(variance), slot(scalars, 'varianceCorrection')), epsilon)
      return {
        weight: tf.sub(weight, tf.mul(tf.div(mean, deviation), slot(scalars, 'rate'))),
        slots: { mean, variance },
      }
    },
  }
}

function decayed(gradient: tf.Tensor, weight: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay))
}

function slot(slots: Readonly<Record<string, tf.Tensor>>, name: string): tf.Tensor {
  const found = slots[name]
  if (!found) throw new Error(`the optimizer was not given ${name}`)
  return found
}
