import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import threadSource from '#kernels/dense-stack-thread'
import type { ThreadData } from './thread-main.ts'

/** Threads that work on batches beside the one that asks for them. */
export interface HelperThreads {
  readonly count: number
  /** What one of them threw last; told when others wait for it in vain. */
  readonly broken: () => unknown
  end(): Promise<void>
}

/** Starts threads number 1 … `count`; all of them, or none if one cannot begin. */
export async function startHelpers(data: Omit<ThreadData, 'thread'>, count: number): Promise<HelperThreads> {
  let broken: unknown
  const workers: Worker[] = []
  const end = async () => {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  try {
    for (let thread = 1; thread <= count; thread++) {
      const workerData: ThreadData = { ...data, thread }
      workers.push(new Worker(threadSource, { eval: true, workerData }))
    }
    await Promise.all(workers.map((worker) => once(worker, 'message')))
  } catch (error) {
    await end()
    throw error
  }
  for (const worker of workers) {
    worker.unref()
    // An error that nobody hears would end the process.
    worker.on('error', (error) => (broken = error))
  }
  return { count, broken: () => broken, end }
}
