import { expect, test } from 'vitest'
import { digest } from '../values/digest.ts'
import type { Digest } from '../values/digest.ts'
import { createCancellation } from './cancellation.ts'
import type { Attempt } from './executor.ts'
import { fakePlan } from './plan.fixture.ts'
import type { FakeUnit } from './plan.fixture.ts'
import { resolve } from './resolve.ts'
import { runUnits } from './run-units.ts'
import type { RunUnitsOptions } from './run-units.ts'
import type { RunEvent } from './types.ts'

const finished: Attempt = { type: 'finished', seconds: 1, published: 'committed' }
const failed: Attempt = { type: 'failed', failure: { kind: 'error', message: 'no' } }

const diamond: readonly FakeUnit[] = [
  { label: 'a' },
  { label: 'b', inputs: ['a'], weight: 2 },
  { label: 'c', inputs: ['a'] },
  { label: 'd', inputs: ['b', 'c'] },
  { label: 'e' },
]

type Script = Partial<RunUnitsOptions> & {
  units?: readonly FakeUnit[]
  goal?: readonly string[]
  /** Labels of what is in the store. */
  present?: readonly string[]
  slots?: number
  /** What attempt number `n`, from 1, at the unit gives; it finishes where this is undefined. */
  attempt?: (
    label: string,
    n: number,
    store: Set<Digest>,
  ) => Attempt | undefined | Promise<Attempt | undefined>
}

async function play({
  units = diamond,
  present = [],
  slots = 1,
  attempt = () => undefined,
  ...rest
}: Script) {
  const { plan, key } = fakePlan(units)
  const stored = new Set(present.map(key))
  const [started, events]: [string[], RunEvent[]] = [[], []]
  const checkpoints: string[] = []
  const noted = (what: string) => (one: Digest) => {
    checkpoints.push(`${what} ${plan.units.get(one)?.label ?? ''}`)
    return Promise.resolve()
  }
  let [killed, running] = [0, 0]
  const outcome = await runUnits({
    plan,
    goals: (rest.goal ?? units.map(({ label }) => label)).map(key),
    store: {
      facts: (wanted) => Promise.resolve(stored.has(wanted) ? {} : undefined),
      checkpoints: { failed: noted('failed'), remove: noted('remove') },
    },
    executor: {
      workers: slots,
      laneOf: () => 'only',
      hasRoomIn: () => running < slots,
      async execute({ key, label }) {
        started.push(label)
        running++
        const n = started.filter((one) => one === label).length
        const tried = Promise.resolve(attempt(label, n, stored)).finally(() => running--)
        const result = (await tried) ?? finished
        if (result.type === 'finished') stored.add(key)
        return result
      },
      kill: () => killed++,
    },
    emit: (event) => events.push(event),
    cancellation: createCancellation(),
    ...rest,
  })
  const statuses = Object.fromEntries(
    [...outcome.units].map(([one, { status }]) => [plan.units.get(one)?.label ?? '', status]),
  )
  return { outcome, started: started.join(''), statuses, events, key, killed, checkpoints }
}

test('resolving looks at what is needed only', async () => {
  const { plan, key } = fakePlan(diamond)
  const looked: Digest[] = []
  const facts = (wanted: Digest) => {
    looked.push(wanted)
    return Promise.resolve(wanted === key('b') ? {} : undefined)
  }
  const { cached, compute } = await resolve(plan, [key('d'), key('b')], { facts })
  expect(cached).toEqual([key('b')])
  expect(compute).toEqual(['a', 'c', 'd'].map(key))
  expect(looked).toEqual(['d', 'b', 'c', 'a'].map(key))
})

test('the inputs of a cached unit are not looked at', async () => {
  const { plan, key } = fakePlan(diamond)
  const facts = (wanted: Digest) => Promise.resolve(wanted === key('d') ? {} : undefined)
  expect(await resolve(plan, [key('d')], { facts })).toEqual({ cached: [key('d')], compute: [] })
})

test('a goal that the plan does not have is a bug', async () => {
  const { plan } = fakePlan(diamond)
  const unknown = digest('unknown')
  await expect(resolve(plan, [unknown], { facts: () => Promise.resolve(undefined) })).rejects.toThrow(unknown)
})

test('what is missing is computed, long paths first', async () => {
  const { started, statuses, events } = await play({ present: ['a'], goal: ['d', 'e'] })
  expect(started).toBe('bcde')
  expect(statuses).toEqual({ a: 'cached', b: 'computed', c: 'computed', d: 'computed', e: 'computed' })
  expect(events[0]).toEqual({ type: 'run-started', units: 5, cached: 1, workers: 1, weight: 2 + 1 + 1 + 1 })
})

test('no more units run at once than there are slots', async () => {
  let [now, most] = [0, 0]
  await play({
    units: Array.from({ length: 20 }, (_, i) => ({ label: `${i}` })),
    slots: 3,
    async attempt() {
      most = Math.max(most, ++now)
      await Promise.resolve()
      now--
      return undefined
    },
  })
  expect(most).toBe(3)
})

test('a failed unit blocks what needs it; all else runs', async () => {
  const { statuses, outcome, key, events } = await play({
    attempt: (label) => (label === 'b' ? failed : undefined),
  })
  expect(statuses).toEqual({ a: 'computed', b: 'failed', c: 'computed', d: 'blocked', e: 'computed' })
  expect(outcome.units.get(key('d'))).toEqual({ status: 'blocked', by: key('b') })
  expect(events).toContainEqual({ type: 'unit-blocked', key: key('d'), label: 'd', by: key('b') })
  expect(outcome.cancelled).toBe(false)
})

test('after as many failures as allowed nothing new starts', async () => {
  const units = ['a', 'b', 'c', 'd'].map((label) => ({ label }))
  const { started, statuses } = await play({ units, bail: 2, attempt: () => failed })
  expect(started).toBe('ab')
  expect(statuses).toEqual({ a: 'failed', b: 'failed', c: 'cancelled', d: 'cancelled' })
})

test('retries are counted per unit', async () => {
  const units = ['a', 'b'].map((label) => ({ label }))
  const { started, statuses, events } = await play({
    units,
    retries: 2,
    attempt: (label, n) => (label === 'a' || n <= 2 ? failed : undefined),
  })
  expect(started.split('').sort().join('')).toBe('aaabbb')
  expect(statuses).toEqual({ a: 'failed', b: 'computed' })
  expect(events.filter(({ type }) => type === 'unit-retried')).toHaveLength(4)
  expect(events.filter(({ type }) => type === 'unit-failed')).toHaveLength(1)
})

test('cancelled once, nothing new starts', async () => {
  const cancellation = createCancellation()
  const { started, statuses, outcome, killed } = await play({
    cancellation,
    attempt: () => {
      cancellation.request()
      return undefined
    },
  })
  expect(started).toBe('a')
  expect(statuses).toEqual({
    a: 'computed',
    b: 'cancelled',
    c: 'cancelled',
    d: 'cancelled',
    e: 'cancelled',
  })
  expect(outcome.cancelled).toBe(true)
  expect(killed).toBe(0)
})

test('cancelled twice, the executor is told to kill', async () => {
  const cancellation = createCancellation()
  const { statuses, killed } = await play({
    units: [{ label: 'a' }],
    cancellation,
    attempt: () => {
      cancellation.request()
      cancellation.request()
      return { type: 'killed' }
    },
  })
  expect(statuses).toEqual({ a: 'cancelled' })
  expect(killed).toBe(1)
})

test('a missing input is computed with all that it needs, then the unit again', async () => {
  const { plan, key } = fakePlan(diamond)
  expect(plan.units.size).toBe(5)
  const { started, statuses } = await play({
    present: ['b', 'c'],
    goal: ['d'],
    attempt: (label, n, store) => {
      if (label !== 'd' || n > 1) return undefined
      store.delete(key('b'))
      return { type: 'bad-input', input: key('b') }
    },
  })
  expect(started).toBe('dabd')
  expect(statuses).toEqual({ a: 'computed', b: 'computed', c: 'cached', d: 'computed' })
})

test('an input that can never be read back fails the unit in the end', async () => {
  const { key } = fakePlan(diamond)
  const { statuses, outcome } = await play({
    goal: ['d'],
    attempt: (label, _, store) => {
      if (label !== 'd') return undefined
      store.delete(key('b'))
      return { type: 'bad-input', input: key('b') }
    },
  })
  expect(statuses.d).toBe('failed')
  const d = outcome.units.get(key('d'))
  expect(d?.status === 'failed' ? d.failure.message : undefined).toMatch(/Its input "b"/)
})

test('a checkpoint is doubted each time its unit fails, not where the machine did or the user stopped it', async () => {
  const { checkpoints } = await play({
    retries: 2,
    goal: ['b', 'e'],
    attempt: (label, n) => (label === 'b' && n < 3 ? failed : label === 'e' ? { type: 'killed' } : undefined),
  })
  expect(checkpoints).toEqual(['failed b', 'failed b'])
  const broken = await play({ attempt: () => ({ ...failed, problem: 'infrastructure' }) })
  expect(broken.checkpoints).toEqual([])
})

test('computing anew forgets the checkpoints of all that it computes, before anything starts', async () => {
  const { checkpoints, started } = await play({ goal: ['d'], present: ['a', 'b', 'c', 'd'], anew: true })
  expect(started).toBe('abcd')
  expect(checkpoints).toEqual(['remove a', 'remove b', 'remove c', 'remove d'])
  expect((await play({ goal: ['d'] })).checkpoints).toEqual([])
})

test('a problem of the machine stops the run, without a retry', async () => {
  const { started, outcome, statuses } = await play({
    retries: 3,
    attempt: () => ({ ...failed, problem: 'infrastructure' }),
  })
  expect(started).toBe('a')
  expect(outcome.problem).toMatchObject({ kind: 'infrastructure', message: 'no' })
  expect(statuses).toMatchObject({ a: 'failed', d: 'blocked', e: 'cancelled' })
})

test("a user's mistake in one plugin does not stop the run", async () => {
  const { outcome, statuses } = await play({
    attempt: (label) => (label === 'c' ? { ...failed, problem: 'usage' } : undefined),
  })
  expect(outcome.problem).toBeUndefined()
  expect(statuses).toMatchObject({ b: 'computed', c: 'failed', d: 'blocked', e: 'computed' })
})

test('an executor that breaks ends the run', async () => {
  await expect(
    play({
      slots: 2,
      attempt: (label) => (label === 'e' ? Promise.reject(new Error('broken')) : undefined),
    }),
  ).rejects.toThrow('broken')
})

test('a unit whose result differs from the stored one is told of, but a measurement never is', async () => {
  const made = fakePlan([{ label: 'a' }, { label: 'b' }, { label: 'time' }])
  const units = new Map(
    [...made.plan.units].map(([key, unit]) => [
      key,
      unit.label === 'time' ? ({ ...unit, kind: 'benchmark' } as unknown as typeof unit) : unit,
    ]),
  )
  const published = { a: 'conflict', b: 'replaced', time: 'conflict' } as const
  const { outcome, events } = await play({
    units: [{ label: 'a' }, { label: 'b' }, { label: 'time' }],
    plan: { units },
    attempt: (label) => ({ ...finished, published: published[label as keyof typeof published] }),
  })
  const ends = [...outcome.units].map(([key, end]) => [
    units.get(key)?.label,
    'conflict' in end ? end.conflict : null,
  ])
  expect(Object.fromEntries(ends)).toEqual({ a: 'kept', b: 'replaced', time: null })
  const told = events.flatMap((event) => (event.type === 'unit-finished' ? [event.published] : []))
  expect(told.sort()).toEqual(['conflict', 'duplicate', 'replaced'])
})
