import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import threadSource from '#kernels/dense-stack-thread'
import { stackEvaluation } from './evaluation.ts'
import { maskPacker, type MaskPacker } from './mask-packer.ts'
import { maskSize, type StackTask } from './task.ts'
import { AT_LEAST, FAILED, FEWER, STATE, awaitCount, threadChannel, threadState } from './thread-channel.ts'

/** Counts right answers under several masks at once. */
export interface ParallelStackEvaluation {
  /** Masks evaluated at once. */
  readonly threads: number
  /** Ones in a mask; −1 if it has bytes other than 0 and 1. */
  ones(mask: Uint8Array): number
  /**
   * Lets the other threads begin with all masks but the first, and returns what evaluates that and waits for them: in
   * between, the caller has time for something else. Counts are as `StackEvaluation`'s; more than `threads` masks are
   * taken in turns. Nothing else may be begun before the counts were waited for.
   */
  begin(masks: readonly Uint8Array[], atLeast: readonly number[]): () => readonly (number | undefined)[]
  /** Ends the threads. */
  close(): Promise<void>
}

/** How long a thread may take for one mask before it counts as lost. */
const LOST_MS = 120_000

/**
 * An evaluation on this thread and `threads − 1` others, each with images and sums of its own. Counts are the same for
 * any number.
 */
export async function parallelStackEvaluation(
  task: StackTask,
  threads: number,
): Promise<ParallelStackEvaluation> {
  const packer = maskPacker(maskSize(task))
  const own = stackEvaluation(task)
  const others = await startThreads(task, threads - 1, packer)
  return {
    threads,
    ones: (mask) => packer.pack(mask),
    begin(masks, atLeast) {
      const ask = (from: number) =>
        others
          .slice(0, Math.max(0, masks.length - from - 1))
          .map((thread, i) => thread.ask(masks[from + 1 + i] as Uint8Array, atLeast[from + 1 + i] ?? 0))
      let asked = ask(0)
      return () => {
        const counts: (number | undefined)[] = []
        while (counts.length < masks.length) {
          const at = counts.length
          counts.push(own.correct(masks[at] as Uint8Array, atLeast[at] ?? 0))
          counts.push(...asked.map((answer) => answer()))
          asked = ask(counts.length)
        }
        return counts
      }
    },
    async close() {
      await Promise.all(others.map((thread) => thread.end()))
    },
  }
}

/** All of them, or none if one cannot begin. */
async function startThreads(task: StackTask, count: number, packer: MaskPacker) {
  if (count === 0) return []
  const sent = sendable(task)
  const started = await Promise.allSettled(Array.from({ length: count }, () => startThread(sent, packer)))
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

async function startThread(task: StackTask, packer: MaskPacker) {
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
    /** Begins with a mask; what it returns waits for the count. */
    ask(mask: Uint8Array, atLeast: number): () => number | undefined {
      // It was asked before and never answered: what it says next would be of another mask.
      if (Atomics.load(control, STATE) === threadState.asked) throw lost()
      packer.pack(mask)
      shared.set(packer.packed)
      control[AT_LEAST] = atLeast
      Atomics.store(control, STATE, threadState.asked)
      Atomics.notify(control, STATE)
      return () => {
        const count = awaitCount(control, LOST_MS)
        if (count === undefined || count === FAILED) throw lost()
        return count === FEWER ? undefined : count
      }
    },
    end: () => worker.terminate(),
  }
}
