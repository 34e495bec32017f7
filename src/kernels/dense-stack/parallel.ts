import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import threadSource from '#kernels/dense-stack-thread'
import { stackEvaluation, type StackEvaluation } from './evaluation.ts'
import { maskSize, type StackTask } from './task.ts'
import { AT_LEAST, FAILED, FEWER, STATE, awaitCount, threadChannel, threadState } from './thread-channel.ts'

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
  const others = await startThreads(task, threads - 1)
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

/** All of them, or none if one cannot begin. */
async function startThreads(task: StackTask, count: number) {
  if (count <= 0) return []
  const sent = sendable(task)
  const started = await Promise.allSettled(Array.from({ length: count }, () => startThread(sent)))
  const threads = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = started.find((one) => one.status === 'rejected')
  if (failed === undefined) return threads
  await Promise.all(threads.map((thread) => thread.end()))
  throw failed.reason
}

/** The task as threads get it: images in memory that all share, no view of more (a view is sent with all it is a view of). */
export function sendable({ layers, images }: StackTask): StackTask {
  return {
    layers: layers.map((layer) => ({
      ...layer,
      weights: layer.weights.slice(),
      bias: layer.bias?.slice() ?? null,
    })),
    images: { ...images, pixels: sharedCopy(images.pixels), labels: sharedCopy(images.labels) },
  }
}

function sharedCopy(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}

async function startThread(task: StackTask) {
  const channel = threadChannel(maskSize(task))
  const { control, mask: shared } = channel
  const worker = new Worker(threadSource, { eval: true, workerData: { task, channel } })
  worker.unref()
  await once(worker, 'message')
  let broken: unknown
  // Told by the next answer; an error that nobody hears would end the process.
  worker.on('error', (error) => (broken = error))
  const lost = () => new Error('a thread that evaluates masks failed', { cause: broken })
  return {
    ask(mask: Uint8Array, atLeast: number): void {
      // It was asked before and never answered: what it says next would be of another mask.
      if (Atomics.load(control, STATE) === threadState.asked) throw lost()
      shared.set(mask)
      control[AT_LEAST] = atLeast
      Atomics.store(control, STATE, threadState.asked)
      Atomics.notify(control, STATE)
    },
    /** Waits for it; the thread that asks has nothing else to do. */
    answer(): number | undefined {
      const count = awaitCount(control, LOST_MS)
      if (count === undefined || count === FAILED) throw lost()
      return count === FEWER ? undefined : count
    },
    end: () => worker.terminate(),
  }
}
