import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { FAILED, FINISHED, LISTED, MASKS, STARTED, awaitAtLeast, countUp, newControl } from './control.ts'
import { startHelpers } from './helper-threads.ts'
import { kernelMemory, kernelModule } from './kernel.ts'

test('being woken is not taken for a sign that what is waited for is there', async () => {
  const control = newControl()
  const thread = new Worker(
    `const { workerData: control } = require('node:worker_threads')
    // Wakes the waiting thread five times before there is anything to see.
    for (let woken = 0; woken < 5;) woken += Atomics.notify(control, ${FINISHED})
    Atomics.store(control, ${FINISHED}, 1)
    Atomics.notify(control, ${FINISHED})`,
    { eval: true, workerData: control },
  )
  try {
    expect(awaitAtLeast(control, FINISHED, 1, 30_000)).toBe(true)
    expect(control[FINISHED]).toBe(1)
  } finally {
    await thread.terminate()
  }
})

test('what does not come is not waited for without end', () => {
  expect(awaitAtLeast(newControl(), LISTED, 1, 5)).toBe(false)
})

test('threads that cannot begin are told, not waited for', async () => {
  const data = { module: kernelModule(), memory: null, layout: null, control: newControl() }
  await expect(startHelpers(data as never, 3)).rejects.toThrow()
})

test('a thread that fails says so, and lets nobody wait for it', async () => {
  const control = newControl()
  const data = { module: kernelModule(), memory: kernelMemory(64), layout: {}, control }
  const helpers = await startHelpers(data as never, 2)
  try {
    // A mask, and no place for its lists.
    control[MASKS] = 1
    countUp(control, STARTED)
    expect(awaitAtLeast(control, FINISHED, 2, 30_000)).toBe(true)
    expect(control[FAILED]).toBe(1)
  } finally {
    await helpers.end()
  }
})
