import type { ScheduleSettings } from '../values/training-settings.ts'

/** What the learning rate is multiplied by in epoch `epoch` (counted from 0) of `epochs`. */
export function scheduleFactor(schedule: ScheduleSettings, epoch: number, epochs: number): number {
  switch (schedule.name) {
    case 'constant':
      return 1
    case 'steps':
      return schedule.factor ** schedule.at.filter((at) => epoch >= at).length
    case 'cosine':
      return schedule.final + ((1 - schedule.final) * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2
  }
}
