import type { Model } from '../plugin/index.ts'
import type { Loop, Runtime } from '../runtime/index.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import type { Dataset } from '../values/dataset.ts'
import { float32, int32, sizeOf, uint8, type HostTensor, type NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import { batchesBetween, stepsPerEpoch, type Batches } from './batches.ts'
import { slotsOf, type Checkpoint } from './checkpoint.ts'
import { masked, pixelsText } from './network.ts'
import { flatNetwork, networkOf, networkSpecs, shapesText, type Network } from './network-tensors.ts'
import { optimizerOf, type Optimizer } from './optimizers.ts'
import { Pace } from './pace.ts'
import { withProgram, type Recipe } from './program-cache.ts'
import { scheduleFactor } from './schedule.ts'
import { trainingStep, type StepOutput, type StepSignature } from './step.ts'

/** What is trained, on what, how. */
export interface TrainingTask {
  readonly runtime: Runtime
  readonly model: Model
  readonly dataset: Dataset
  readonly settings: TrainingSettings
  /** Chooses the order of the batches, and is the source of the network's own randomness (dropout). */
  readonly seed: number
  /** The network tensors to begin with: parameters and buffers, those of a pruned network smaller than the model's. */
  readonly params: NamedTensors
  /** 0/1 masks of some parameters, float32: masked weights are zero at every step. Absent: nothing is masked. */
  readonly masks?: NamedTensors
  /** Goes on from here instead of from `params` at step 0; the same bits as training without a break. */
  readonly resume?: Checkpoint
}

/** A network in training: parameters, buffers and optimizer state between two steps. */
export class Trainer {
  private readonly task: TrainingTask
  private readonly optimizer: Optimizer
  private readonly masks: NamedTensors
  private readonly constants: { images: ReturnType<typeof uint8>; labels: ReturnType<typeof uint8> }
  private readonly pace: Pace
  private network: Network<HostTensor>
  private slots: Readonly<Record<string, NamedTensors>>
  private taken: number

  constructor(task: TrainingTask) {
    const { dataset, settings, model, resume } = task
    if (settings.validation >= dataset.train.count) {
      throw new Problem(
        'usage',
        `training.validation is ${settings.validation}, but ${dataset.name} has only ${dataset.train.count} training images`,
        { hint: 'hold out fewer images, or use more of the data set' },
      )
    }
    this.task = task
    this.pace = new Pace(task.runtime.engine)
    this.optimizer = optimizerOf(settings.optimizer)
    this.masks = task.masks ?? {}
    this.network = networkOf(model, masked(resume?.params ?? task.params, this.masks))
    checkMasks(this.masks, this.network)
    // Masked slots too: momentum from before the mask would bring its weights back to life.
    this.slots = resume
      ? slotsOf(resume, this.optimizer.slots, this.network.params, this.masks)
      : Object.fromEntries(this.optimizer.slots.map((slot) => [slot, zeros(this.network.params)]))
    this.taken = resume?.step ?? 0
    const { count, images, labels } = dataset.train
    this.constants = { images: uint8([count, ...dataset.shape], images), labels: uint8([count], labels) }
  }

  /** The network tensors after the steps taken: parameters and buffers. */
  get params(): NamedTensors {
    return flatNetwork(this.network)
  }

  /** Steps taken, those before a resumed checkpoint included. */
  get step(): number {
    return this.taken
  }

  /** Images it trains on: all but those held out for validation. */
  get examples(): number {
    return this.task.dataset.train.count - this.task.settings.validation
  }

  get stepsPerEpoch(): number {
    return stepsPerEpoch(this.examples, this.task.settings.batchSize)
  }

  /** All that the steps to come depend on, to be resumed later. */
  checkpoint(): Checkpoint {
    return { step: this.taken, params: this.params, slots: this.slots }
  }

  /**
   * Trains until `to` steps were taken in all, and tells after how many it is and the losses of those since it last told.
   * Returns the mean loss over the images of these steps. Throws a `Problem` of kind `cell` when the loss is no longer a number.
   */
  async trainTo(to: number, progress: (step: number, losses: Float32Array) => void): Promise<number> {
    const { settings, seed } = this.task
    let lossSum = 0
    let images = 0
    const { batchSize } = settings
    const plan = { seed, examples: this.examples, batchSize, atMost: () => this.pace.steps }
    for (const batches of batchesBetween(this.taken, to, plan)) {
      const losses = await this.run(batches)
      for (const [i, loss] of losses.entries()) {
        if (!Number.isFinite(loss)) throw diverged(`the loss is ${loss}`, batches.firstStep + i, settings)
        lossSum += loss * batches.batchSize
        images += batches.batchSize
      }
      this.taken = batches.firstStep + batches.steps
      progress(this.taken, losses)
    }
    // The loss is that before each step: the last update shows in the network's tensors alone.
    for (const [kind, tensors] of [
      ['weight', this.network.params],
      ['buffer', this.network.buffers],
    ] as const)
      for (const { data } of Object.values(tensors)) {
        const bad = (data as Float32Array).find((value) => !Number.isFinite(value))
        if (bad !== undefined) throw diverged(`a ${kind} is ${bad}`, this.taken, settings)
      }
    return images === 0 ? 0 : lossSum / images
  }

  private run({ firstStep, epoch, steps, batchSize, indices }: Batches): Promise<Float32Array> {
    const { runtime, model, settings, seed } = this.task
    const factor = scheduleFactor(settings.schedule, epoch, settings.epochs)
    const perStep = Array.from({ length: steps }, (_, i) => this.optimizer.scalars(firstStep + i, factor))
    const scalars = this.optimizer.scalarNames.map((name) => [
      name,
      float32(
        [steps],
        perStep.map((s) => s[name] as number),
      ),
    ])
    return withProgram(runtime, model, this.loop(batchSize), async (loop) => {
      const started = performance.now()
      const { carry, out, milliseconds } = await loop.run({
        constants: { ...this.constants, masks: this.masks },
        carry: { ...this.network, slots: this.slots },
        each: {
          indices: { dtype: 'int32', shape: [steps, batchSize], data: indices },
          scalars: Object.fromEntries(scalars) as NamedTensors,
          key: int32([steps], stepKeys(seed, firstStep, steps)),
        },
      })
      this.pace.ran(steps, milliseconds ?? performance.now() - started)
      this.network = { params: carry.params, buffers: carry.buffers }
      this.slots = carry.slots
      return out.loss.data as Float32Array
    })
  }

  private loop(batchSize: number): Recipe<Loop<StepSignature, StepOutput>> {
    const { runtime, model, dataset, settings } = this.task
    const { optimizer } = this
    const maskNames = Object.keys(this.masks)
    const network = networkSpecs(this.network)
    return {
      name: canonicalJson([
        'train',
        pixelsText(dataset),
        dataset.train.count,
        batchSize,
        shapesText(network),
        maskNames,
        { ...settings.optimizer },
        settings.loss ?? '',
      ]),
      make: async () => {
        let bytes = 0
        const traced = (activations: number) => {
          bytes = activations
        }
        const { loss } = settings
        const about = { model, dataset, loss, optimizer, batchSize, network, maskNames, traced }
        const { signature, step } = trainingStep(about)
        const program = await runtime.loop<StepSignature, StepOutput>('training step', signature, step)
        return { program, bytes }
      },
    }
  }
}

/** The int32 of each step that all its randomness comes from: 31 bits, number `step` of the seed's stream for it. */
function stepKeys(seed: number, firstStep: number, steps: number): Int32Array {
  const random = stream(seed, 'dropout').at(firstStep)
  return Int32Array.from({ length: steps }, () => random.uint32() >>> 1)
}

function zeros(params: NamedTensors): NamedTensors {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape }]) => [
      name,
      float32(shape, new Float32Array(sizeOf(shape))),
    ]),
  )
}

function checkMasks(masks: NamedTensors, { params }: Network<HostTensor>): void {
  for (const [name, mask] of Object.entries(masks)) {
    const shape = params[name]?.shape
    if (shape?.join() === mask.shape.join()) continue
    throw new Problem(
      'usage',
      `there is a mask [${mask.shape.join(', ')}] of ${name}, ${shape ? `which is [${shape.join(', ')}]` : 'which is no parameter'}`,
      { hint: 'a mask has the name and the shape of the parameter that it masks' },
    )
  }
}

function diverged(what: string, step: number, settings: TrainingSettings): Problem {
  return new Problem('cell', `training diverged: ${what} at step ${step}`, {
    hint: `lower the learning rate (it is ${settings.optimizer.learningRate}) or change the optimizer`,
  })
}
