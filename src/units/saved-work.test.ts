import { serialize } from 'node:v8'
import { expect, test, vi } from 'vitest'
import { savedWork } from './saved-work.ts'

/** A context that keeps what is saved; a write ends when it is told to, or at once. */
function keeping(checkpoint?: Uint8Array) {
  const written: Uint8Array[] = []
  let [now, most] = [0, 0]
  const ends: (() => void)[] = []
  const held = { hold: false }
  return {
    written,
    held,
    ends,
    most: () => most,
    checkpoint: () => Promise.resolve(written.at(-1) ?? checkpoint),
    async saveCheckpoint(bytes: Uint8Array) {
      most = Math.max(most, ++now)
      if (held.hold) await new Promise<void>((resolve) => ends.push(resolve))
      written.push(Uint8Array.from(bytes))
      now--
    },
  }
}

const state = {
  mask: Uint8Array.of(1, 0, 1).subarray(1),
  order: Uint32Array.of(7, 2 ** 31),
  best: null,
  average: -0.1,
  none: undefined,
  infinite: -Infinity,
  rows: [{ a: 1 }, { a: 2 }],
}

test('what was saved is what the work begins with the next time: nothing at first', async () => {
  const context = keeping()
  const seen: unknown[] = []
  const search = (keep: boolean) =>
    savedWork(
      context,
      ({ saved, save }) => {
        seen.push(saved)
        if (keep) save(() => state)
        return Promise.resolve('found')
      },
      0,
    )
  expect(await search(true)).toBe('found')
  await search(false)
  expect(seen).toEqual([undefined, state])
})

test('bytes that are no state of this version count as nothing saved', async () => {
  for (const bytes of [new Uint8Array(), Uint8Array.of(255, 99, 1), serialize(state).subarray(0, 9)])
    expect(await savedWork(keeping(bytes), ({ saved }) => Promise.resolve(saved))).toBeUndefined()
})

test('a state is asked for only when it is due', async () => {
  const context = keeping()
  let asked = 0
  await savedWork(
    context,
    ({ save }) => {
      for (let i = 0; i < 1000; i++) save(() => asked++)
      return Promise.resolve()
    },
    1e9,
  )
  expect([asked, context.written.length]).toEqual([0, 0])
})

test('a loop that never waits for more than a promise saves again and again', async () => {
  const context = keeping()
  await savedWork(
    context,
    async ({ save }) => {
      for (let i = 0; i < 20; i++) {
        await Promise.resolve(i)
        save(() => i)
      }
    },
    0,
  )
  expect(context.written.length).toBeGreaterThan(5)
  expect(context.most()).toBe(1)
})

test('a state that takes long to save is saved less often', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    for (const [takes, saves] of [
      [10, 20],
      [100, 20],
      // Ten times as long: every 50 s.
      [1000, 2],
    ] as const) {
      const slow = {
        checkpoint: () => Promise.resolve(undefined),
        saveCheckpoint: () => Promise.resolve(void vi.advanceTimersByTime(takes)),
      }
      let asked = 0
      await savedWork(slow, async ({ save }) => {
        for (let second = 0; second < 104; second++) {
          vi.advanceTimersByTime(1000)
          save(() => asked++)
          await new Promise(setImmediate)
        }
      })
      expect(Math.abs(asked - saves), `${takes} ms: ${asked}`).toBeLessThanOrEqual(1)
    }
  } finally {
    vi.useRealTimers()
  }
})

test('while a write goes on none begins, and the end waits for it', async () => {
  const context = keeping()
  context.held.hold = true
  let done = false
  const ended = savedWork(
    context,
    async ({ save }) => {
      for (let i = 0; i < 5; i++) {
        save(() => i)
        await Promise.resolve()
      }
    },
    0,
  ).then(() => (done = true))
  await new Promise(setImmediate)
  expect([context.ends.length, done]).toEqual([1, false])
  context.ends[0]?.()
  await ended
  expect(context.written).toEqual([Uint8Array.from(serialize(0))])
})

test('nothing is written once the work has ended, well or badly', async () => {
  for (const fails of [false, true]) {
    const context = keeping()
    let late: (() => void) | undefined
    const ended = savedWork(
      context,
      ({ save }) => {
        late = () => save(() => 'late')
        return fails ? Promise.reject(new Error('no mask')) : Promise.resolve()
      },
      0,
    )
    if (fails) await expect(ended).rejects.toThrow('no mask')
    else await ended
    late?.()
    expect(context.written).toEqual([])
  }
})

test('a failed write is thrown by the next save, else at the end', async () => {
  const full = {
    checkpoint: () => Promise.resolve(undefined),
    saveCheckpoint: () => Promise.reject(new Error('the disk is full')),
  }
  let rounds = 0
  const searching = savedWork(
    full,
    async ({ save }) => {
      for (; rounds < 10; rounds++) {
        save(() => rounds)
        await new Promise(setImmediate)
      }
    },
    0,
  )
  await expect(searching).rejects.toThrow('the disk is full')
  expect(rounds).toBe(1)
  const once = savedWork(
    full,
    ({ save }) => {
      save(() => 1)
      return Promise.resolve()
    },
    0,
  )
  await expect(once).rejects.toThrow('the disk is full')
})

test('a state that is not plain data is refused, with what to do', async () => {
  const searching = savedWork(
    keeping(),
    ({ save }) => {
      save(() => ({ propose: () => 1 }))
      return Promise.resolve()
    },
    0,
  )
  await expect(searching).rejects.toMatchObject({
    kind: 'cell',
    message: expect.stringContaining('cannot be saved') as unknown,
    hint: expect.stringContaining('plain data') as unknown,
  })
})
