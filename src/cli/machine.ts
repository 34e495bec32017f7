import { availableParallelism, cpus } from 'node:os'

/** The machine as far as it decides how long something takes: processor and cores. */
export function machineName(): string {
  const model = cpus()[0]?.model.trim() ?? process.arch
  return `${model}, ${availableParallelism()} cores`
}
