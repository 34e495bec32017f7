import { availableParallelism, cpus, totalmem } from 'node:os'

/** The machine as far as it is told from others by how long something takes: processor, cores and memory. */
export function machineName(): string {
  const model = cpus()[0]?.model.trim() ?? process.arch
  return `${model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`
}
