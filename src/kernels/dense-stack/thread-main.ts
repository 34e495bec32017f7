import { parentPort, workerData } from 'node:worker_threads'
import { stackEvaluation } from './evaluation.ts'
import type { StackTask } from './task.ts'
import { AT_LEAST, COUNT, FAILED, FEWER, STATE, threadState, type ThreadChannel } from './thread-channel.ts'

// A thread that evaluates one mask after another until it is ended. It sleeps where it waits: no messages, whose way
// takes longer than some evaluations.
const { task, channel } = workerData as { readonly task: StackTask; readonly channel: ThreadChannel }
const { control, mask } = channel
const evaluation = stackEvaluation(task)
parentPort?.postMessage('ready')
for (;;) {
  Atomics.wait(control, STATE, threadState.idle)
  Atomics.wait(control, STATE, threadState.done)
  if (Atomics.load(control, STATE) !== threadState.asked) continue
  control[COUNT] = count(control[AT_LEAST] as number)
  Atomics.store(control, STATE, threadState.done)
  Atomics.notify(control, STATE)
}

function count(atLeast: number): number {
  try {
    return evaluation.correctPacked(mask, atLeast) ?? FEWER
  } catch {
    return FAILED
  }
}
