import type { Trainer } from '../src/training/index.ts'
import type { Block } from './runtimes.ts'

/** So many further steps of trainings at the same time: milliseconds for one step of one of them. */
export function trainingBlock(trainers: readonly Trainer[], steps: number): Block {
  return async () => {
    const started = performance.now()
    await Promise.all(trainers.map((trainer) => trainer.trainTo(trainer.step + steps, () => undefined)))
    const units = steps * trainers.length
    return { value: (performance.now() - started) / units, units }
  }
}
