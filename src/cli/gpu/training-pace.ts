import { pathToFileURL } from 'node:url'
import { initialTensors, type Model } from '../../plugin/index.ts'
import { createRuntime, joinedRuntime, type RuntimeChoice } from '../../runtime/index.ts'
import { Trainer } from '../../training/index.ts'
import type { Dataset, DatasetDescription } from '../../values/dataset.ts'
import { stream } from '../../values/random.ts'
import type { TrainingSettings } from '../../values/training-settings.ts'

/** Which networks are to be trained for a moment, on what. */
export interface PaceTask {
  readonly choice: RuntimeChoice
  /** The file of the model's bundle. */
  readonly model: string
  readonly training: TrainingSettings
  /** What images look like; their content does not matter. */
  readonly data: Pick<DatasetDescription, 'shape' | 'classes' | 'mean' | 'std'>
  /** Images of an epoch: no call of the engine is longer than one. */
  readonly examples: number
  /** Networks that are trained at the same time. */
  readonly networks: number
  /** How long it is measured, at least; about as long before that, things may settle. */
  readonly seconds: number
}

/** Images that are drawn; an epoch of more repeats them. */
const DRAWN = 256

/** The most bytes of an epoch's images: every process that is measured has its own. */
const MOST_BYTES = 64 * 2 ** 20

/** Steps a second of all networks together. */
export async function trainingPace(task: PaceTask): Promise<number> {
  const { choice, networks, seconds } = task
  const inside = await createRuntime(choice)
  const attendance = { active: networks, onLeave: () => undefined }
  const runtime = networks > 1 ? joinedRuntime(inside, { attendance, tell: () => undefined }) : inside
  const { default: model } = (await import(pathToFileURL(task.model).href)) as { readonly default: Model }
  const { training, data } = task
  const settings = { ...training, validation: 0, testEveryEpoch: false, epochs: Number.MAX_SAFE_INTEGER }
  const dataset = drawn(data, task.examples, training.batchSize)
  const trainers = Array.from({ length: networks }, (_, seed) => {
    const params = initialTensors(model, seed, 'init')
    return new Trainer({ runtime, model, dataset, settings, seed, params })
  })
  const round = async (steps: number) => {
    const start = performance.now()
    await Promise.all(trainers.map((trainer) => trainer.trainTo(trainer.step + steps, () => undefined)))
    return (performance.now() - start) / 1000
  }
  // Each round is twice as long as the one before, so that the trainers find how many steps their calls are to have.
  // The first ones compile and never count.
  let [steps, took] = [1, await round(1)]
  while (took < seconds || steps < 4) {
    steps *= 2
    took = await round(steps)
  }
  await inside.dispose()
  return (networks * steps) / took
}

function drawn(data: PaceTask['data'], examples: number, batchSize: number): Dataset {
  const random = stream('pace', 'images')
  const bytes = (length: number, below: number) =>
    Uint8Array.from({ length }, () => Math.floor(random.uniform() * below))
  const [height, width, channels] = data.shape
  const size = height * width * channels
  // Whole batches alone: a smaller one would have a program of its own to compile.
  const batches = Math.floor(Math.min(examples, MOST_BYTES / size) / batchSize)
  const count = Math.max(1, batches) * batchSize
  const images = repeated(bytes(DRAWN * size, 256), count * size)
  const train = { count, images, labels: repeated(bytes(DRAWN, data.classes), count) }
  const test = { count: 0, images: new Uint8Array(), labels: new Uint8Array() }
  return { ...data, name: 'drawn', size: { train: count, test: 0 }, train, test }
}

function repeated(some: Uint8Array, length: number): Uint8Array {
  const all = new Uint8Array(length)
  for (let at = 0; at < length; at += some.length) all.set(some.subarray(0, length - at), at)
  return all
}
