import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import type { Digest } from '../values/digest.ts'
import { PriorityQueue } from './priority-queue.ts'
import { createSchedule } from './schedule.ts'
import type { Schedule, Task } from './schedule.ts'

const k = (name: string) => name as Digest
const task = (key: string, inputs: string, weight = 1): Task => ({
  key: k(key),
  inputs: inputs.split('').map(k),
  weight,
})

function takeAll(schedule: Schedule): string {
  let order = ''
  for (let key = schedule.take(); key !== undefined; key = schedule.take()) {
    order += key
    schedule.done(key)
  }
  return order
}

test('the ready task with the longest remaining path goes first', () => {
  // a–c is 1 + 10, b is 5, d is 2
  const schedule = createSchedule([task('a', ''), task('b', '', 5), task('c', 'a', 10), task('d', '', 2)])
  expect(takeAll(schedule)).toBe('acbd')
  expect(schedule.unfinished()).toEqual([])
})

test('of equally long paths the task given earlier goes first', () => {
  expect(takeAll(createSchedule([task('c', ''), task('a', ''), task('b', '')]))).toBe('cab')
})

test('a task is ready once all of its inputs are done; inputs that are no tasks are there', () => {
  const schedule = createSchedule([task('a', 'x'), task('b', ''), task('c', 'aby')])
  const [first, second] = [schedule.take(), schedule.take()]
  expect([first, second, schedule.take()]).toEqual(['a', 'b', undefined])
  schedule.done(k('b'))
  expect(schedule.take()).toBeUndefined()
  schedule.done(k('a'))
  expect(schedule.take()).toBe('c')
})

test('a failure blocks what needs it, at any distance, once, and nothing else', () => {
  const schedule = createSchedule([
    task('a', '', 9),
    task('b', 'a'),
    task('c', 'ab'),
    task('d', 'c'),
    task('e', ''),
  ])
  expect(schedule.take()).toBe('a')
  const blocked = schedule.fail(k('a'))
  expect([...blocked].sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
    ['b', 'c', 'd'].map((key) => ({ key, by: 'a' })),
  )
  expect(takeAll(schedule)).toBe('e')
  expect(schedule.unfinished()).toEqual([])
})

test('a second failure does not block again what is blocked', () => {
  const schedule = createSchedule([task('a', ''), task('b', ''), task('c', 'ab')])
  schedule.take()
  schedule.take()
  expect(schedule.fail(k('b'))).toEqual([{ key: 'c', by: 'b' }])
  expect(schedule.fail(k('a'))).toEqual([])
})

test('a task that is to run again is ready again', () => {
  const schedule = createSchedule([task('a', '')])
  expect(schedule.take()).toBe('a')
  expect(schedule.unfinished()).toEqual(['a'])
  schedule.again(k('a'))
  expect(takeAll(schedule)).toBe('a')
})

test('an input that turns out missing is computed before all that reads it', () => {
  const schedule = createSchedule([task('b', 'x', 5), task('c', 'x', 3), task('d', 'b')])
  expect(schedule.take()).toBe('b')
  expect(schedule.reopen(k('b'), [task('w', ''), task('x', 'w')])).toEqual([])
  expect(takeAll(schedule)).toBe('wxbcd')
})

test('what was ready waits for an input that turns out missing', () => {
  const schedule = createSchedule([task('b', 'x'), task('c', 'x'), task('d', '')])
  expect(schedule.take()).toBe('b')
  schedule.reopen(k('b'), [task('x', '')])
  expect([schedule.take(), schedule.take(), schedule.take()]).toEqual(['x', 'd', undefined])
  schedule.done(k('x'))
  expect(takeAll(schedule)).toBe('bc')
})

test('a task that was done can be reopened as an input; what read it before stays done', () => {
  const schedule = createSchedule([task('a', '', 9), task('b', 'a', 5), task('c', 'a')])
  schedule.take()
  schedule.done(k('a'))
  schedule.take()
  schedule.done(k('b'))
  expect(schedule.take()).toBe('c')
  schedule.reopen(k('c'), [task('a', '', 9)])
  expect(takeAll(schedule)).toBe('ac')
})

test('two running tasks can miss the same input', () => {
  const schedule = createSchedule([task('b', 'x'), task('c', 'x')])
  schedule.take()
  schedule.take()
  schedule.reopen(k('b'), [task('x', '')])
  expect(schedule.take()).toBe('x')
  schedule.reopen(k('c'), [task('x', '')])
  expect(schedule.take()).toBeUndefined()
  schedule.done(k('x'))
  expect(takeAll(schedule)).toBe('bc')
})

test('a missing input that cannot be computed any more blocks', () => {
  const schedule = createSchedule([task('b', 'x'), task('c', 'x')])
  schedule.take()
  schedule.take()
  schedule.reopen(k('b'), [task('x', '')])
  schedule.take()
  expect(schedule.fail(k('x'))).toEqual([{ key: 'b', by: 'x' }])
  expect(schedule.reopen(k('c'), [task('x', '')])).toEqual([{ key: 'c', by: 'x' }])
  expect(schedule.unfinished()).toEqual([])
})

test('random graphs: every task runs once, after its inputs, whatever the number of workers', () => {
  const random = stream(1, 'schedule')
  for (let round = 0; round < 200; round++) {
    const tasks = Array.from({ length: 1 + random.integer(12) }, (_, i): Task => {
      const inputs = Array.from({ length: i }, (_, j) => k(`${j}`)).filter(() => random.uniform() < 0.3)
      return { key: k(`${i}`), inputs, weight: random.integer(5) }
    })
    const schedule = createSchedule(tasks)
    const workers = 1 + random.integer(3)
    const done = new Set<Digest>()
    const running: Digest[] = []
    for (;;) {
      while (running.length < workers) {
        const key = schedule.take()
        if (key === undefined) break
        const inputs = tasks.find((one) => one.key === key)?.inputs ?? []
        expect(inputs.filter((input) => !done.has(input))).toEqual([])
        running.push(key)
      }
      const [finished] = running.splice(random.integer(running.length || 1), 1)
      if (finished === undefined) break
      expect(done.has(finished)).toBe(false)
      done.add(finished)
      schedule.done(finished)
    }
    expect(done.size).toBe(tasks.length)
  }
})

test('what must run alone waits until nothing runs and nothing else is ready, and holds everything else up', () => {
  const schedule = createSchedule([
    { key: k('timing'), inputs: [], weight: 100, alone: true },
    { key: k('a'), inputs: [], weight: 2 },
    { key: k('after timing'), inputs: [k('timing')], weight: 1 },
    { key: k('b'), inputs: [], weight: 1 },
    { key: k('timing too'), inputs: [], weight: 1, alone: true },
  ])
  expect([schedule.take(), schedule.take(), schedule.take()]).toEqual(['a', 'b', undefined])
  schedule.done(k('a'))
  expect(schedule.take()).toBeUndefined()
  schedule.done(k('b'))
  expect([schedule.take(), schedule.take()]).toEqual(['timing', undefined])
  schedule.done(k('timing'))
  expect([schedule.take(), schedule.take()]).toEqual(['after timing', undefined])
  schedule.fail(k('after timing'))
  expect(schedule.take()).toBe('timing too')
  schedule.again(k('timing too'))
  expect([schedule.take(), schedule.take()]).toEqual(['timing too', undefined])
})

test('tasks like those that run go first, whatever comes after them', () => {
  const like = (key: string, of: string, weight: number): Task => ({ ...task(key, '', weight), like: of })
  const schedule = createSchedule([
    like('a', 'x', 9),
    like('b', 'y', 8),
    like('c', 'x', 2),
    like('d', 'x', 1),
  ])
  expect([1, 2, 3, 4].map(() => schedule.take())).toEqual(['a', 'c', 'd', 'b'])
})

test('a task whose lane has no room lets others pass', () => {
  const schedule = createSchedule([{ ...task('a', '', 3), lane: 'full' }, task('b', '', 2), task('c', '')])
  const notA = (lane: string | undefined) => lane !== 'full'
  expect([schedule.take(notA), schedule.take(notA), schedule.take(notA)]).toEqual(['b', 'c', undefined])
  expect(schedule.take()).toBe('a')
})

test('on a full pool a take asks once for each lane, however many tasks are ready', () => {
  const lanes = ['shared', 'own'] as const
  const tasks = Array.from({ length: 10_000 }, (_, i) => ({
    ...task(`${i}`, '', i % 7),
    key: k(`${i}`),
    lane: lanes[i % 2] as string,
  }))
  const schedule = createSchedule(tasks)
  let asked = 0
  for (let call = 0; call < 100; call++)
    schedule.take(() => {
      asked++
      return false
    })
  expect(asked).toBe(2 * 100)
  expect(schedule.unfinished()).toHaveLength(10_000)
})

test('comparisons grow with the tasks, not with their square', () => {
  let compared = 0
  const counting = (a: number, b: number) => {
    compared++
    return a < b
  }
  const queue = new PriorityQueue(counting)
  const random = stream(1, 'queue')
  const given = [...random.permutation(10_000)]
  for (const item of given) queue.push(item)
  expect(given.map(() => queue.pop())).toEqual(given.toSorted((a, b) => a - b))
  expect(queue.pop()).toBeUndefined()
  expect(compared).toBeLessThan(3 * 10_000 * Math.log2(10_000))
})

test('random tasks are taken in the order of their paths, of every lane and likeness, as a sorted list would give them', () => {
  const random = stream(2, 'schedule')
  for (let round = 0; round < 100; round++) {
    const pick = <T>(all: readonly T[]) => all[random.integer(all.length)] as T
    const tasks = Array.from({ length: 12 }, (_, i) => ({
      key: k(`${i}`),
      inputs: [],
      weight: random.integer(4),
      lane: pick(['x', 'y']),
      like: pick(['p', 'q', 'r']),
    }))
    const schedule = createSchedule(tasks)
    const left = tasks.map((one, order) => ({ ...one, order }))
    let ran: readonly string[] = []
    for (let call = 0; call < 30; call++) {
      const open = pick([['x'], ['y'], ['x', 'y'], []])
      // Of the likenesses that most running tasks have, the one that began first.
      const most = [...new Set(ran)].toSorted((a, b) => count(ran, b) - count(ran, a))[0]
      const may = left.filter(({ lane }) => open.includes(lane))
      const alike = may.filter(({ like }) => like === most)
      const [expected] = (alike.length > 0 ? alike : may).toSorted(
        (a, b) => b.weight - a.weight || a.order - b.order,
      )
      expect(schedule.take((lane) => open.includes(lane ?? ''))).toBe(expected?.key)
      if (expected === undefined) continue
      left.splice(left.indexOf(expected), 1)
      ran = [...ran, expected.like]
    }
  }
})

const count = (all: readonly string[], one: string) => all.filter((other) => other === one).length
