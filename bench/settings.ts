import { availableParallelism } from 'node:os'
import type { BenchRequest } from './arguments.ts'
import type { Scale, Setting, Workload } from './workload.ts'

/** How much is done in a block on the device that is asked for. */
export function scaleOf({ toy, device }: Pick<BenchRequest, 'toy' | 'device'>): Scale {
  return toy ? 'toy' : device
}

/** How our contenders of a workload compute. Beside a GPU the CPU is measured with all it has. */
export function settingsOf(request: BenchRequest, { onGpu = [] }: Workload): readonly Setting[] {
  const cpu = (threads: number): Setting => ({
    device: 'cpu',
    threads,
    cells: 1,
    scale: request.toy ? 'toy' : 'cpu',
  })
  if (request.device === 'cpu') return [1, 2].map(cpu)
  const gpu = cellsOf(request, onGpu).map((cells): Setting => ({
    device: 'gpu',
    threads: 1,
    cells,
    scale: scaleOf(request),
  }))
  return [cpu(availableParallelism()), ...gpu]
}

/** Networks at once that a GPU is given in a workload that is measured with `own` numbers of them. */
export function cellsOf({ cells, toy }: BenchRequest, own: readonly number[]): readonly number[] {
  return cells ?? (toy ? [1, 2] : own)
}
