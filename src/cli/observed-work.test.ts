import { expect, test } from 'vitest'
import type { RunOutcome } from '../execute/index.ts'
import { fakePlan } from '../execute/plan.fixture.ts'
import { observeWork } from './observed-work.ts'

test('of a unit that is begun again in the run, all counts that the run did', () => {
  const { plan, key } = fakePlan([{ label: 'one' }])
  let seconds = 0
  const work = observeWork(plan, () => 1000 * seconds)
  const one = { key: key('one'), worker: 1, total: 10 }
  work.event({ type: 'unit-started', label: 'one', ...one })
  work.event({ type: 'unit-progress', ...one, done: 5 })
  seconds = 12
  work.event({ type: 'unit-resumed', label: 'one', saved: '2026-01-01T00:00:00Z', ...one, done: 4 })
  work.event({ type: 'unit-progress', ...one, done: 6 })
  const units: RunOutcome['units'] = new Map([[one.key, { status: 'cancelled' }]])
  // Six tenths took 24 s.
  expect(work.rest({ units, seconds: 24, cancelled: true })?.seconds).toBeCloseTo(16)
})
