import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Unit } from '../plan/types.ts'
import type { UnitContext } from '../units/types.ts'
import type { Artifact } from '../values/artifact.ts'
import { float32 } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { serveWorker, writeEvent } from './index.ts'
import type { Runners } from './index.ts'

// A worker for tests: a unit does what the first word of its label says. Files beside the bundle are signals (`go`)
// and logs (`pids`).

const file = (name: string) => join(import.meta.dirname, name)
const forever = () => new Promise<never>(() => setInterval(() => undefined, 1000))
const note = (name: string) => appendFileSync(file(name), `${process.pid}\n`)

let crowd = 0
let onGpu = 0
let gpuLost = false
const lostGpu = () => new Problem('device', 'train: the GPU was lost.', { hint: 'Fewer cells at once.' })

type Behaviour = (unit: Unit, context: UnitContext) => Promise<Artifact> | Artifact

const behaviours: Readonly<Record<string, Behaviour>> = {
  ok: sumOfInputs,
  crash: () => {
    process.kill(process.pid, 'SIGSEGV')
    return forever()
  },
  exit: () => process.exit(7),
  'exit-well': () => process.exit(0),
  // writes where only messages may go: half a line, JSON that is no message, one that lacks something
  garble: (unit, context) => {
    writeSync(3, 'half a line')
    return sumOfInputs(unit, context)
  },
  babble: () => {
    writeEvent('{"type":"progress"}')
    return forever()
  },
  nothing: () => {
    writeEvent('null')
    return forever()
  },
  noisy: () => {
    for (let i = 1; i <= 30; i++) console.log(`line ${i}`)
    console.error('the end')
    return process.exit(3)
  },
  'out-of-memory': () => {
    const hoard: number[][] = []
    for (;;) hoard.push(Array.from({ length: 100_000 }, (_, i) => i + 0.5))
  },
  problem: () => {
    throw new Problem('usage', 'The score has 3 entries, the layer 4.', { hint: 'Return one per weight.' })
  },
  bug: () => {
    throw new TypeError('x is not a function', { cause: new Error('the reason') })
  },
  disk: () => {
    throw new Problem('infrastructure', 'The disk is full.', { hint: 'Free some space.' })
  },
  stray: () => {
    void Promise.reject(new Error('nobody waits for this'))
    return forever()
  },
  // finishes, then dies idle
  'die-later': async (unit, context) => {
    setImmediate(() => {
      setImmediate(() => {
        note('died')
        process.kill(process.pid, 'SIGKILL')
      })
    })
    return sumOfInputs(unit, context)
  },
  flaky: (unit, context) => {
    if (existsSync(file('tried'))) return sumOfInputs(unit, context)
    note('tried')
    return process.exit(1)
  },
  hang: () => {
    note('pids')
    return forever()
  },
  offspring: () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    appendFileSync(file('pids'), `${child.pid ?? 0}\n`)
    return forever()
  },
  spin: () => {
    note('pids')
    for (;;);
  },
  wait: async (unit, context) => {
    note('pids')
    while (!existsSync(file('go'))) await sleep(5)
    return sumOfInputs(unit, context)
  },
  // notes how many of its kind are at work
  crowd: async (unit, context) => {
    appendFileSync(file('crowd'), `${++crowd}\n`)
    await sleep(50)
    crowd--
    return sumOfInputs(unit, context)
  },
  // long enough for others to crash beside it
  slow: async (unit, context) => {
    await sleep(300)
    return sumOfInputs(unit, context)
  },
  // longer than a limit of a second
  long: async (unit, context) => {
    await sleep(1500)
    return sumOfInputs(unit, context)
  },
  block: (unit, context) => {
    let done = 0
    while (!existsSync(file('go'))) context.progress({ done: done++, total: 1e9, note: 'blocking' })
    return sumOfInputs(unit, context)
  },
  // loses the GPU for its whole process where more than two compute at once
  gpu: async (unit, context) => {
    onGpu++
    await sleep(50)
    gpuLost ||= onGpu > 2
    onGpu--
    if (gpuLost) throw lostGpu()
    return sumOfInputs(unit, context)
  },
  'lose-gpu': () => {
    gpuLost = true
    throw lostGpu()
  },
  steps: tenSteps,
  chatter: (unit, context) => {
    for (let done = 1; done <= 100_000; done++) context.progress({ done, total: 100_000 })
    return sumOfInputs(unit, context)
  },
}

/** When a unit of ten steps ends before its time, and how: after a step, or at once where it goes on from one. */
export interface Misfortune {
  readonly after?: number
  readonly from?: number
  readonly how: 'SIGKILL' | 'throw' | 'hang'
}

/** Ten steps, a checkpoint after each; tells in `begun` where it goes on from. The file `misfortune` ends it early. */
async function tenSteps(unit: Unit, context: UnitContext): Promise<Artifact> {
  const saved = await context.checkpoint()
  const from = saved === undefined ? 0 : Number(Buffer.from(saved).toString())
  appendFileSync(file('begun'), `${from}\n`)
  const unlucky = existsSync(file('misfortune'))
    ? (JSON.parse(readFileSync(file('misfortune'), 'utf8')) as Misfortune)
    : undefined
  if (from > 0 && from === unlucky?.from) await misfortunes[unlucky.how]()
  for (let done = from + 1; done <= 10; done++) {
    await context.saveCheckpoint(Buffer.from(`${done}`))
    context.progress({ done, total: 10 })
    if (done === unlucky?.after) await misfortunes[unlucky.how]()
  }
  return sumOfInputs(unit, context)
}

const misfortunes: Readonly<Record<Misfortune['how'], () => Promise<never>>> = {
  SIGKILL: () => {
    process.kill(process.pid, 'SIGKILL')
    return forever()
  },
  throw: () => Promise.reject(new Error('bad luck')),
  hang: () => {
    note('pids')
    return forever()
  },
}

async function sumOfInputs(unit: Unit, context: UnitContext): Promise<Artifact> {
  const random = stream(unit.document.seed ?? 0, 'fixture')
  const sum = Float32Array.from({ length: 1000 }, () => random.uniform())
  for (const role of Object.keys(unit.document.inputs)) {
    const { tensors } = await context.input(role)
    tensors.sum?.data.forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value / 2))
  }
  return { facts: { first: sum[0] ?? 0 }, tensors: { sum: float32([1000], sum) } }
}

const run = async (unit: Unit, context: UnitContext): Promise<Artifact> => {
  const verb = unit.label.split(' ')[0] ?? ''
  const behaviour = behaviours[verb]
  if (behaviour === undefined) throw new Error(`No behaviour ${verb}`)
  return behaviour(unit, context)
}

const absent = () => Promise.reject(new Error('not in this test'))

const kinds = [
  'init',
  'pretrain',
  'signals',
  'scores',
  'mask',
  'search',
  'train',
  'evaluate',
  'analyse',
] as const
serveWorker({
  input: process.stdin,
  write: writeEvent,
  runners: Object.fromEntries(kinds.map((kind) => [kind, run])) as Runners,
  runtime: absent,
  dataset: absent,
})
