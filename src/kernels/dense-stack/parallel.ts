import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import threadSource from '#kernels/dense-stack-thread'
import { stackEvaluation, type StackEvaluation } from './evaluation.ts'
import { maskSize, type StackTask } from './task.ts'
import { AT_LEAST, COUNT, FAILED, FEWER, STATE, threadChannel, threadState } from './thread-channel.ts'

/** Counts right answers under several masks at once. */
export interface ParallelStackEvaluation extends Pick<StackEvaluation, 'ones'> {
  /** Masks evaluated at once. */
  readonly threads: number
  /** As `StackEvaluation`'s, for each mask; more than `threads` masks are taken in turns. */
  correct(masks: readonly Uint8Array[], atLeast: readonly number[]): readonly (number | undefined)[]
  /** Ends the threads. */
  close(): Promise<void>
}

/** How long a thread may take for one mask before it counts as lost. */
const LOST_MS = 120_000

/** An evaluation on this thread and `threads − 1` others, each with images and sums of its own. Counts are the same for any number. */
export async function parallelStackEvaluation(
  task: StackTask,
  threads: number,
): Promise<ParallelStackEvaluation> {
  const own = stackEvaluation(task)
  const others = await Promise.all(Array.from({ length: threads - 1 }, () => startThread(task)))
  return {
    threads,
    ones: (mask) => own.ones(mask),
    correct(masks, atLeast) {
      const counts: (number | undefined)[] = []
      for (let from = 0; from < masks.length; from += threads) {
        const turn = masks.slice(from, from + threads)
        const [first, ...rest] = turn
        rest.forEach((mask, i) => others[i]?.ask(mask, atLeast[from + 1 + i] ?? 0))
        counts.push(own.correct(first as Uint8Array, atLeast[from] ?? 0))
        rest.forEach((_, i) => counts.push(others[i]?.answer()))
      }
      return counts
    },
    async close() {
      await Promise.all(others.map((other) => other.end()))
    },
  }
}

async function startThread(task: StackTask) {
  const channel = threadChannel(maskSize(task))
  const { control, mask: shared } = channel
  const worker = new Worker(threadSource, { eval: true, workerData: { task, channel } })
  worker.unref()
  await once(worker, 'message')
  return {
    ask(mask: Uint8Array, atLeast: number): void {
      shared.set(mask)
      control[AT_LEAST] = atLeast
      Atomics.store(control, STATE, threadState.asked)
      Atomics.notify(control, STATE)
    },
    /** Waits for it; the thread that asks has nothing else to do. */
    answer(): number | undefined {
      const waited = Atomics.wait(control, STATE, threadState.asked, LOST_MS)
      const count = control[COUNT] as number
      if (waited === 'timed-out' || count === FAILED) throw new Error('a thread that evaluates masks failed')
      return count === FEWER ? undefined : count
    },
    end: () => worker.terminate(),
  }
}
