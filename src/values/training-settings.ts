/** Adadelta (Zeiler 2012), as PyTorch computes it. */
export interface AdadeltaSettings {
  readonly name: 'adadelta'
  readonly learningRate: number
  readonly rho: number
  readonly epsilon: number
  readonly weightDecay: number
}

/** Stochastic gradient descent with momentum, as PyTorch computes it (no dampening). */
export interface SgdSettings {
  readonly name: 'sgd'
  readonly learningRate: number
  readonly momentum: number
  readonly weightDecay: number
}

/** Adam (Kingma & Ba 2015) with bias correction. */
export interface AdamSettings {
  readonly name: 'adam'
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
}

/** `weightDecay` is L2: added to the gradient as weightDecay · w. */
export type OptimizerSettings = AdadeltaSettings | SgdSettings | AdamSettings

/** How the learning rate changes; epochs count from 0. */
export type ScheduleSettings =
  | { readonly name: 'constant' }
  /** Multiplied by `factor` at the beginning of each epoch in `at`. */
  | { readonly name: 'steps'; readonly at: readonly number[]; readonly factor: number }
  /** Half a cosine from 1 down to `final` over the whole training, changed once per epoch. */
  | { readonly name: 'cosine'; readonly final: number }

/** Everything that decides how a network is trained, but for its weights, its mask, the data and the seed. */
export interface TrainingSettings {
  /**
   * What is minimised: the cross-entropy of the network's probabilities, where absent. `double-softmax` takes the softmax
   * of these probabilities once more, as if they were logits, which bounds the loss and shrinks its gradients: what the
   * scripts of Sanchez & Reyes 2020 do for CNNs, with learning rates that suit it.
   */
  readonly loss?: 'double-softmax'
  readonly optimizer: OptimizerSettings
  readonly schedule: ScheduleSettings
  readonly batchSize: number
  readonly epochs: number
  /** First iterations of which the training loss is kept, to compare how fast networks learn; 500 where absent. */
  readonly lossIterations?: number
  /** So many training images are held out: they choose the best epoch and are never trained on. 0: none. */
  readonly validation: number
  /** Also read the test set after every epoch, for a curve and for the best-on-test accuracy older papers report. */
  readonly testEveryEpoch: boolean
}
