import { expect, test } from 'vitest'
import { ProgramCache, type Compiled } from './program-cache.ts'

/** A cache, and what became of the programs that were made for it. */
function watched(limits: { programs: number; bytes: number }) {
  const cache = new ProgramCache(limits)
  const made: string[] = []
  const disposed: string[] = []
  const use = (
    name: string,
    { bytes = 0, work = () => Promise.resolve() }: { bytes?: number; work?: () => Promise<unknown> } = {},
  ) => {
    const make = () => {
      made.push(name)
      const program: Compiled = {
        dispose: () => {
          disposed.push(name)
          return Promise.resolve()
        },
      }
      return Promise.resolve({ program, bytes })
    }
    return cache.use({ name, make }, work)
  }
  return { cache, made, disposed, use }
}

test('a program is made once, and disposed when others were used more recently', async () => {
  const { made, disposed, use } = watched({ programs: 2, bytes: 100 })
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await use(name)
  expect(made).toEqual(['a', 'b', 'c', 'b'])
  expect(disposed).toEqual(['b', 'c'])
})

test('programs that take much memory go earlier, and the newest stays however much it takes', async () => {
  const { made, disposed, use } = watched({ programs: 10, bytes: 100 })
  await use('a', { bytes: 60 })
  await use('b', { bytes: 40 })
  expect(disposed).toEqual([])
  await use('c', { bytes: 30 })
  expect(disposed).toEqual(['a'])
  await use('huge', { bytes: 1000 })
  await use('huge')
  expect(disposed).toEqual(['a', 'b', 'c'])
  expect(made).toEqual(['a', 'b', 'c', 'huge'])
})

test('room is made before a program runs', async () => {
  const { disposed, use } = watched({ programs: 1, bytes: 100 })
  await use('a')
  const before: string[] = []
  await use('b', { work: () => Promise.resolve(before.push(...disposed)) })
  expect(before).toEqual(['a'])
})

test('a program that somebody works with is never disposed', async () => {
  const { disposed, use } = watched({ programs: 1, bytes: 100 })
  let finish: () => void = () => undefined
  const long = use('a', {
    work: () =>
      new Promise<void>((resolve) => {
        finish = resolve
      }),
  })
  await use('b')
  await use('c')
  expect(disposed).toEqual(['b'])
  finish()
  await long
  expect(disposed).toEqual(['b', 'a'])
})

test('what two ask for at once is made once', async () => {
  const { made, use } = watched({ programs: 1, bytes: 100 })
  await Promise.all([use('a'), use('a')])
  expect(made).toEqual(['a'])
})

test('what cannot be made is tried again, and work that fails frees its program', async () => {
  const { cache, disposed, use } = watched({ programs: 1, bytes: 100 })
  const fails = cache.use({ name: 'a', make: () => Promise.reject(new Error('no such op')) }, () =>
    Promise.resolve(),
  )
  await expect(fails).rejects.toThrow('no such op')
  await use('a')
  await expect(use('a', { work: () => Promise.reject(new Error('no memory')) })).rejects.toThrow('no memory')
  await use('b')
  expect(disposed).toEqual(['a'])
})
