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
  /** Networks that are trained at the same time. */
  readonly networks: number
  /** How long it is measured; as long before that, things may settle. */
  readonly seconds: number
}

const BATCHES = 8

/** Steps a second of all networks together. */
export async function trainingPace(task: PaceTask): Promise<number> {
  const { choice, networks, seconds } = task
  const inside = await createRuntime(choice)
  const attendance = { active: networks, onLeave: () => undefined }
  const runtime = networks > 1 ? joinedRuntime(inside, { attendance, tell: () => undefined }) : inside
  const { default: model } = (await import(pathToFileURL(task.model).href)) as { readonly default: Model }
  const { training, data } = task
  const settings = { ...training, validation: 0, testEveryEpoch: false, epochs: Number.MAX_SAFE_INTEGER }
  const dataset = drawn(data, training.batchSize * BATCHES)
  const trainers = Array.from({ length: networks }, (_, seed) => {
    const params = initialTensors(model, seed, 'init')
    return new Trainer({ runtime, model, dataset, settings, seed, params })
  })
  const taken = () => trainers.reduce((sum, { step }) => sum + step, 0)
  const run = async (until: number) => {
    const start = performance.now()
    const before = taken()
    await Promise.all(
      trainers.map(async (trainer) => {
        do await trainer.trainTo(trainer.step + BATCHES, () => undefined)
        while (performance.now() - start < until)
      }),
    )
    return ((taken() - before) / (performance.now() - start)) * 1000
  }
  await run(seconds * 1000)
  const pace = await run(seconds * 1000)
  await inside.dispose()
  return pace
}

function drawn(data: PaceTask['data'], count: number): Dataset {
  const random = stream('pace', 'images')
  const bytes = (length: number, below: number) =>
    Uint8Array.from({ length }, () => Math.floor(random.uniform() * below))
  const [height, width, channels] = data.shape
  const images = bytes(count * height * width * channels, 256)
  const train = { count, images, labels: bytes(count, data.classes) }
  const test = { count: 0, images: new Uint8Array(), labels: new Uint8Array() }
  return { ...data, name: 'drawn', size: { train: count, test: 0 }, train, test }
}
