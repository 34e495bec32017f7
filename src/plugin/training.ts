import type {
  AdadeltaSettings,
  AdamSettings,
  ScheduleSettings,
  SgdSettings,
} from '../values/training-settings.ts'

/** Adadelta with PyTorch's defaults. */
export function adadelta(settings: Partial<Omit<AdadeltaSettings, 'name'>> = {}): AdadeltaSettings {
  return { name: 'adadelta', learningRate: 1, rho: 0.9, epsilon: 1e-6, weightDecay: 0, ...settings }
}

/** Stochastic gradient descent; plain unless momentum or weight decay is given. */
export function sgd(settings: Partial<Omit<SgdSettings, 'name'>> = {}): SgdSettings {
  return { name: 'sgd', learningRate: 0.1, momentum: 0, weightDecay: 0, ...settings }
}

/** Adam with PyTorch's defaults. */
export function adam(settings: Partial<Omit<AdamSettings, 'name'>> = {}): AdamSettings {
  return {
    name: 'adam',
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    ...settings,
  }
}

/** The learning rate stays as it is. */
export function constant(): ScheduleSettings {
  return { name: 'constant' }
}

/** The learning rate is multiplied by `factor` at each of these epochs (counted from 0). */
export function steps(at: readonly number[], factor = 0.1): ScheduleSettings {
  return { name: 'steps', at, factor }
}

/** The learning rate falls along half a cosine to `final` times its first value. */
export function cosine(final = 0): ScheduleSettings {
  return { name: 'cosine', final }
}
