import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { awaitCount, COUNT, STATE, threadChannel, threadState } from './thread-channel.ts'

test('a wake-up that comes late, from the mask before, is not taken for an answer', async () => {
  const { control } = threadChannel(1)
  control[COUNT] = 7
  Atomics.store(control, STATE, threadState.asked)
  const thread = new Worker(
    `const { workerData: control } = require('node:worker_threads')
    // Wakes the waiting thread five times before it has an answer.
    for (let woken = 0; woken < 5;) woken += Atomics.notify(control, ${STATE})
    control[${COUNT}] = 42
    Atomics.store(control, ${STATE}, ${threadState.done})
    Atomics.notify(control, ${STATE})`,
    { eval: true, workerData: control },
  )
  try {
    expect(awaitCount(control, 30_000)).toBe(42)
  } finally {
    await thread.terminate()
  }
})

test('an answer that does not come is not waited for without end', () => {
  const { control } = threadChannel(1)
  Atomics.store(control, STATE, threadState.asked)
  expect(awaitCount(control, 5)).toBeUndefined()
})
