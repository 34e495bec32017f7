import type { Examples } from '../values/dataset.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { countCorrect, type Accuracy } from './evaluate.ts'
import { Trainer, type TrainingTask } from './trainer.ts'

/** One epoch, counted from 1. */
export interface Epoch {
  readonly epoch: number
  /** Mean training loss over its images; over those that were left of it where training was resumed inside of it. */
  readonly loss: number
  readonly validation: Accuracy | null
  readonly test: Accuracy | null
}

/** What a whole training gives; of a resumed one, all is about the epochs from there on. */
export interface Trained {
  readonly epochs: readonly Epoch[]
  /** Network tensors after the last epoch. */
  readonly params: NamedTensors
  /** Mean losses of the batches of the first iterations, as many as the settings ask for. */
  readonly firstLosses: readonly number[]
  /** Test accuracy after the last epoch. */
  readonly last: Accuracy & { readonly epoch: number }
  /** Test accuracy after the epoch that was best on the validation images (the first of equals). */
  readonly validationSelected: (Accuracy & { readonly epoch: number }) | null
  /** The best test accuracy of all epochs: too high by its very choice, kept for comparison with older papers. */
  readonly bestOnTest: (Accuracy & { readonly epoch: number }) | null
}

export interface TrainingProgress {
  readonly step: number
  readonly steps: number
  readonly note: string
}

/** A training between two epochs: all that its result depends on, but for its task. Plain data. */
export interface TrainingState {
  /** Raised when a field changes its meaning or goes. */
  readonly format: 1
  readonly checkpoint: Checkpoint
  readonly epochs: readonly Epoch[]
  readonly firstLosses: readonly number[]
  /** The epoch that was best on the validation images. */
  readonly chosen: Chosen | null
}

interface Chosen {
  readonly epoch: number
  readonly params: NamedTensors
  readonly correct: number
}

/** How a training goes on where an earlier one was cut off: from what that last saved, the same bits as without a break. */
export interface TrainingSaves {
  readonly saved: TrainingState | undefined
  /** Called after every epoch but the last; takes the state where it is to be kept. */
  readonly save: (state: () => TrainingState) => void
}

const NOT_SAVED: TrainingSaves = { saved: undefined, save: () => undefined }

/** As many as the thesis plotted. */
const LOSS_ITERATIONS = 500

/**
 * Trains a network for all its epochs. The test set is read once for the last epoch and once for the epoch
 * validation chose; after every epoch only where the settings ask for it. Throws a `Problem` where it is to be resumed
 * after its end.
 */
export async function train(
  task: TrainingTask,
  progress: (p: TrainingProgress) => void,
  { saved, save }: TrainingSaves = NOT_SAVED,
): Promise<Trained> {
  const { runtime, model, dataset, settings } = task
  const trainer = new Trainer(saved ? { ...task, resume: saved.checkpoint } : task)
  const perEpoch = trainer.stepsPerEpoch
  const steps = perEpoch * settings.epochs
  if (trainer.step > steps)
    throw new Problem('usage', `training cannot be resumed at step ${trainer.step}: it has ${steps} steps`, {
      hint: 'train for more epochs, or resume from an earlier checkpoint',
    })
  const count = (params: NamedTensors, examples: Examples) =>
    countCorrect(runtime, model, dataset, params, examples)
  const held = heldOut(dataset.train, settings.validation)
  const epochs: Epoch[] = [...(saved?.epochs ?? [])]
  const kept = settings.lossIterations ?? LOSS_ITERATIONS
  const firstLosses: number[] = [...(saved?.firstLosses ?? [])]
  let chosen = saved?.chosen ?? null
  let note = ''
  if (saved) progress({ step: trainer.step, steps, note: `after epoch ${epochs.length}` })
  for (let epoch = Math.floor(trainer.step / perEpoch) + 1; epoch <= settings.epochs; epoch++) {
    const loss = await trainer.trainTo(epoch * perEpoch, (step, losses) => {
      firstLosses.push(...losses.subarray(0, Math.max(0, kept - firstLosses.length)))
      progress({ step, steps, note: note || `epoch ${epoch}` })
    })
    const params = trainer.params
    const validation = held ? await count(params, held) : null
    const test = settings.testEveryEpoch ? await count(params, dataset.test) : null
    if (validation && (chosen === null || validation.correct > chosen.correct)) {
      chosen = { epoch, params, correct: validation.correct }
    }
    epochs.push({ epoch, loss, validation, test })
    note = `epoch ${epoch}/${settings.epochs}, loss ${loss.toPrecision(3)}`
    progress({ step: epoch * perEpoch, steps, note })
    if (epoch < settings.epochs) save(() => stateOf(trainer, { epochs, firstLosses, chosen }))
  }
  const testAfter = async (epoch: number, params: NamedTensors) => ({
    epoch,
    ...(epochs.find((one) => one.epoch === epoch)?.test ?? (await count(params, dataset.test))),
  })
  const last = await testAfter(settings.epochs, trainer.params)
  return {
    epochs,
    firstLosses,
    params: trainer.params,
    last,
    validationSelected:
      chosen === null
        ? null
        : chosen.epoch === last.epoch
          ? last
          : await testAfter(chosen.epoch, chosen.params),
    bestOnTest: settings.testEveryEpoch && epochs.length > 0 ? bestOnTest(epochs) : null,
  }
}

function stateOf(
  trainer: Trainer,
  { epochs, firstLosses, chosen }: Pick<TrainingState, 'epochs' | 'firstLosses' | 'chosen'>,
): TrainingState {
  return {
    format: 1,
    checkpoint: trainer.checkpoint(),
    epochs: [...epochs],
    firstLosses: [...firstLosses],
    chosen,
  }
}

/** The last `count` training images, which are held out; null for none. */
export function heldOut(train: Examples, count: number): Examples | null {
  if (count === 0) return null
  const pixels = train.images.length / train.count
  const from = train.count - count
  return { count, images: train.images.subarray(from * pixels), labels: train.labels.subarray(from) }
}

/** The first `count` training images: a search's own set. */
export function firstImages(train: Examples, count: number): Examples {
  const pixels = train.images.length / train.count
  return { count, images: train.images.subarray(0, count * pixels), labels: train.labels.subarray(0, count) }
}

function bestOnTest(epochs: readonly Epoch[]): Accuracy & { epoch: number } {
  return epochs.reduce(
    (best, { epoch, test }) => (test && test.correct > best.correct ? { epoch, ...test } : best),
    { epoch: 0, correct: -1, total: 0 },
  )
}
