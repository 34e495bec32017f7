import { expect, test } from 'vitest'
import { promised } from './promised.ts'

const broken = (why: string) => new Error(why)
const never = () => new Promise<never>(() => undefined)

test('what comes of the work is passed on, and so is what it throws', async () => {
  expect(await promised(() => Promise.resolve(3), broken)).toBe(3)
  expect(await promised(() => 4, broken)).toBe(4)
  await expect(promised(() => Promise.reject(new Error('late')), broken)).rejects.toThrow('late')
  const atOnce = (): number => {
    throw new Error('at once')
  }
  await expect(promised(atOnce, broken)).rejects.toThrow('at once')
})

test('with nothing left to do for the process, waiting ends at once, for all who wait', async () => {
  const waiting = [promised(never, broken), promised(never, broken)]
  process.emit('beforeExit', 0)
  for (const one of waiting) await expect(one).rejects.toThrow('it waits for something that never happens')
  expect(process.listenerCount('beforeExit')).toBe(0)
})

test('silence ends the waiting, a sign of life prolongs it', async () => {
  const keepAlive = setInterval(() => undefined, 10)
  const start = performance.now()
  const silent = promised(
    (heard) => {
      setTimeout(heard, 60)
      return never()
    },
    broken,
    100,
  )
  await expect(silent).rejects.toThrow('nothing came of it')
  expect(performance.now() - start).toBeGreaterThan(150)
  clearInterval(keepAlive)
})
