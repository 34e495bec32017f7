import type { Attempt } from '../../src/execute/executor.ts'
import { createCancellation } from '../../src/execute/index.ts'
import { runUnits } from '../../src/execute/run-units.ts'
import type { Unit } from '../../src/plan/index.ts'
import { unitOf } from '../../src/plan/key.ts'
import type { Digest } from '../../src/values/digest.ts'
import { digest } from '../../src/values/digest.ts'
import { inNode } from '../runtimes.ts'
import { timeCalls } from '../time-calls.ts'
import type { Workload } from '../workload.ts'

const UNITS = 10_000
const WORKERS = 4

/** What scheduling itself takes: units that do nothing, all of them ready after the first. */
export const run10000Units: Workload = {
  name: 'run-10000-units',
  summary: `${UNITS} units that do nothing, of which all but one need the first, on ${WORKERS} workers, in process`,
  unit: 's',
  better: 'lower',
  runs: 7,
  atMost: 2,
  open: () => {
    const units = stubs()
    return Promise.resolve([
      inNode('', async () => ({ value: (await timeCalls(() => run(units), 1)) / 1000 })),
    ])
  },
}

function stubs(): ReadonlyMap<Digest, Unit> {
  const first = stub(0, {})
  const others = Array.from({ length: UNITS - 1 }, (_, i) => stub(i + 1, { initial: first.key }))
  return new Map([first, ...others].map((unit) => [unit.key, unit]))
}

function stub(seed: number, inputs: Readonly<Record<string, Digest>>): Unit {
  const model = { name: 'none', digest: digest('none') }
  const parts = { settings: {}, plugins: { model }, inputs, data: null, engine: null, seed }
  return unitOf('init', parts, { label: `unit ${seed}`, weight: 1 + (seed % 7) })
}

async function run(units: ReadonlyMap<Digest, Unit>): Promise<void> {
  let running = 0
  const finished: Attempt = { type: 'finished', seconds: 0, published: 'committed' }
  const { units: outcomes } = await runUnits({
    plan: { units },
    goals: units.keys(),
    store: {
      facts: () => Promise.resolve(undefined),
      checkpoints: { failed: () => Promise.resolve(), remove: () => Promise.resolve() },
    },
    executor: {
      workers: WORKERS,
      laneOf: () => 'own',
      hasRoomIn: () => running < WORKERS,
      async execute() {
        running++
        // Later than the call, as the answer of a process is.
        await new Promise(setImmediate)
        running--
        return finished
      },
      kill: () => undefined,
    },
    emit: () => undefined,
    cancellation: createCancellation(),
  })
  const computed = [...outcomes.values()].filter(({ status }) => status === 'computed').length
  if (computed !== UNITS) throw new Error(`${computed} of ${UNITS} units were computed`)
}
