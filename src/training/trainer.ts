import type { Model } from '../plugin/index.ts'
import type { Loop, Runtime } from '../runtime/index.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import type { Dataset } from '../values/dataset.ts'
import { float32, sizeOf, uint8, type NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import { batchesBetween, stepsPerEpoch, type Batches } from './batches.ts'
import { memo } from './memo.ts'
import { masked } from './network.ts'
import { optimizerOf, type Optimizer } from './optimizers.ts'
import { scheduleFactor } from './schedule.ts'
import { trainingStep, type StepOutput, type StepSignature } from './step.ts'

/** Steps in one call of the engine: enough to make the call's own cost small, few enough to show progress. */
const STEPS_PER_RUN = 100

/** What is trained, on what, how. */
export interface TrainingTask {
  readonly runtime: Runtime
  readonly model: Model
  readonly dataset: Dataset
  readonly settings: TrainingSettings
  /** Chooses the order of the batches. */
  readonly seed: number
  readonly params: NamedTensors
  /** 0/1 masks of some parameters, float32: masked weights are zero at every step. Absent: nothing is masked. */
  readonly masks?: NamedTensors
}

/** A network in training: parameters and optimizer state between two steps. */
export class Trainer {
  private readonly task: TrainingTask
  private readonly optimizer: Optimizer
  private readonly masks: NamedTensors
  private readonly constants: { images: ReturnType<typeof uint8>; labels: ReturnType<typeof uint8> }
  private slots: Record<string, NamedTensors>
  private step = 0
  params: NamedTensors

  constructor(task: TrainingTask) {
    const { dataset, settings, model } = task
    if (settings.validation >= dataset.train.count) {
      throw new Problem(
        'usage',
        `training.validation is ${settings.validation}, but ${dataset.name} has only ${dataset.train.count} training images`,
        { hint: 'hold out fewer images, or use more of the data set' },
      )
    }
    this.task = task
    this.optimizer = optimizerOf(settings.optimizer)
    this.masks = task.masks ?? {}
    this.params = masked(task.params, this.masks)
    this.slots = Object.fromEntries(
      this.optimizer.slots.map((slot) => [
        slot,
        Object.fromEntries(
          model.parameters.map((p) => [p.name, float32(p.shape, new Float32Array(sizeOf(p.shape)))]),
        ),
      ]),
    )
    const { count, images, labels } = dataset.train
    this.constants = { images: uint8([count, ...dataset.shape], images), labels: uint8([count], labels) }
  }

  /** Images it trains on: all but those held out for validation. */
  get examples(): number {
    return this.task.dataset.train.count - this.task.settings.validation
  }

  get stepsPerEpoch(): number {
    return stepsPerEpoch(this.examples, this.task.settings.batchSize)
  }

  /**
   * Trains until `to` steps were taken in all. Returns the mean loss over the images of these steps.
   * Throws a `Problem` of kind `cell` when the loss is no longer a number.
   */
  async trainTo(to: number, progress: (step: number) => void): Promise<number> {
    const { settings, seed } = this.task
    let lossSum = 0
    let images = 0
    const plan = { seed, examples: this.examples, batchSize: settings.batchSize, atMost: STEPS_PER_RUN }
    for (const batches of batchesBetween(this.step, to, plan)) {
      const losses = await this.run(batches)
      for (const [i, loss] of losses.entries()) {
        if (!Number.isFinite(loss)) throw diverged(`the loss is ${loss}`, batches.firstStep + i, settings)
        lossSum += loss * batches.batchSize
        images += batches.batchSize
      }
      this.step = batches.firstStep + batches.steps
      progress(this.step)
    }
    // The loss is that before each step: the last update shows in the parameters alone.
    for (const { data } of Object.values(this.params)) {
      const bad = (data as Float32Array).find((weight) => !Number.isFinite(weight))
      if (bad !== undefined) throw diverged(`a weight is ${bad}`, this.step, settings)
    }
    return images === 0 ? 0 : lossSum / images
  }

  private async run({ firstStep, epoch, steps, batchSize, indices }: Batches): Promise<Float32Array> {
    const { settings } = this.task
    const loop = await this.loop(batchSize)
    const factor = scheduleFactor(settings.schedule, epoch, settings.epochs)
    const perStep = Array.from({ length: steps }, (_, i) => this.optimizer.scalars(firstStep + i, factor))
    const { carry, out } = await loop.run({
      constants: { ...this.constants, masks: this.masks },
      carry: { params: this.params, slots: this.slots },
      each: {
        indices: { dtype: 'int32', shape: [steps, batchSize], data: indices },
        scalars: Object.fromEntries(
          this.optimizer.scalarNames.map((name) => [
            name,
            float32(
              [steps],
              perStep.map((s) => s[name] as number),
            ),
          ]),
        ),
      },
    })
    this.params = carry.params
    this.slots = carry.slots
    return out.loss.data as Float32Array
  }

  private loop(batchSize: number): Promise<Loop<StepSignature, StepOutput>> {
    const { runtime, model, dataset, settings } = this.task
    const maskNames = Object.keys(this.masks)
    const rows = [dataset.train.count, ...dataset.shape]
    const name = canonicalJson(['train', dataset.name, rows, batchSize, maskNames, { ...settings.optimizer }])
    return memo(runtime, model, name, () => {
      const { signature, step } = trainingStep({
        model,
        dataset,
        optimizer: this.optimizer,
        batchSize,
        maskNames,
      })
      return runtime.loop('training step', signature, step)
    })
  }
}

function diverged(what: string, step: number, settings: TrainingSettings): Problem {
  return new Problem('cell', `training diverged: ${what} at step ${step}`, {
    hint: `lower the learning rate (it is ${settings.optimizer.learningRate}) or change the optimizer`,
  })
}
