import { parentPort, workerData } from 'node:worker_threads'
import { workOn } from './batch-work.ts'
import { FAILED, FINISHED, LISTED, NEXT_TILE, STARTED, countUp, type Control } from './control.ts'
import { denseStackKernel } from './kernel.ts'
import { BATCH, type StackLayout } from './layout.ts'

/** What a thread is given to begin with. */
export interface ThreadData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly layout: StackLayout
  readonly control: Control
  readonly thread: number
}

// A thread that works on one batch after another until it is ended. It sleeps where it waits: no messages, whose way
// takes longer than some batches.
const { module, memory, layout, control, thread } = workerData as ThreadData
const place = { kernel: denseStackKernel(module, memory), memory, layout, control, thread }
let started = 0
parentPort?.postMessage('ready')
for (;;) {
  Atomics.wait(control, STARTED, started)
  if (Atomics.load(control, STARTED) === started) continue
  started++
  try {
    workOn(place)
  } catch {
    Atomics.store(control, FAILED, 1)
    // Nobody is to wait for its lists, or to go on.
    Atomics.store(control, NEXT_TILE, layout.tiles)
    Atomics.add(control, LISTED, BATCH)
    Atomics.notify(control, LISTED)
  }
  countUp(control, FINISHED)
}
