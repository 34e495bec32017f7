import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { float32, type HostTensor } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import type { Loop, LoopInputs, Program, Runtime } from '../types.ts'
import type { Attendance } from './attendance.ts'
import { joinedRuntime } from './joined-runtime.ts'

/** Callers that come and go as a test says. */
function callers(active: number): Attendance & { leave(): void } {
  const listeners: (() => void)[] = []
  return {
    get active() {
      return active
    },
    onLeave: (listener) => void listeners.push(listener),
    leave() {
      active--
      for (const listener of listeners) listener()
    },
  }
}

const promised = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()))

interface Engine {
  readonly runtime: Runtime
  /** Of every call of the engine: the first number of each member's inputs, and how many steps it took. */
  readonly calls: { readonly members: number[]; readonly steps: number }[]
  fail: (members: readonly number[]) => Error | undefined
}

/** Programs double a number; loops add those of their steps up and keep each sum. */
function engine(): Engine {
  const calls: Engine['calls'] = []
  const self: Engine = { calls, fail: () => undefined, runtime: undefined as never }
  const enter = (members: number[], steps: number) => {
    calls.push({ members, steps })
    const error = self.fail(members)
    if (error) throw error
  }
  const numberOf = (t: HostTensor): number => t.data[0] as number
  const program: Program<never, never> = {
    run: () => Promise.reject(new Error('joined runtimes run all')),
    runAll: (inputs: readonly { x: HostTensor }[]) =>
      promised(() => {
        enter(
          inputs.map(({ x }) => numberOf(x)),
          1,
        )
        return inputs.map(({ x }) => ({ y: float32([], [2 * numberOf(x)]) })) as never
      }),
    dispose: () => Promise.resolve(),
  }
  const loop: Loop<never, never> = {
    run: () => Promise.reject(new Error('joined runtimes run all')),
    runAll: (inputs: readonly LoopInputs<never>[]) =>
      promised(() => {
        const given = inputs as unknown as readonly { carry: { sum: HostTensor }; each: { by: HostTensor } }[]
        enter(
          given.map(({ each }) => numberOf(each.by)),
          given[0]?.each.by.shape[0] ?? 0,
        )
        return given.map(({ carry, each }) => {
          const sums = new Float32Array(each.by.data.length)
          let sum = numberOf(carry.sum)
          for (const [i, by] of each.by.data.entries()) sums[i] = sum += by
          return { carry: { sum: float32([], [sum]) }, out: { sums: float32([sums.length], sums) } }
        }) as never
      }),
    dispose: () => Promise.resolve(),
  }
  return Object.assign(self, {
    runtime: {
      engine: { runtime: 'cpu', version: '0', device: 'gpu', threads: 1 },
      compile: () => Promise.resolve(program),
      loop: () => Promise.resolve(loop),
      dispose: () => Promise.resolve(),
    } as unknown as Runtime,
  })
}

function joined(of: Engine, attendance: Attendance, most?: number) {
  const told: string[] = []
  const runtime = joinedRuntime(of.runtime, {
    attendance,
    tell: (line) => void told.push(line),
    ...(most === undefined ? {} : { most }),
  })
  const number = { dtype: 'float32', shape: [] } as const
  return {
    told,
    program: runtime.compile('double', { x: number }, (({ x }: { x: never }) => ({
      y: x,
    })) as never) as Promise<Program<{ x: typeof number }, never>>,
    loop: runtime.loop(
      'sum',
      { constants: {}, carry: { sum: number }, each: { by: number } },
      (() => undefined) as never,
    ),
  }
}

const x = (n: number) => ({ x: float32([], [n]) })
const steps = (...by: number[]) => ({
  constants: {},
  carry: { sum: float32([], [0]) },
  each: { by: float32([by.length], by) },
})
const sumsOf = ({ out }: { out: unknown }) => [...(out as { sums: HostTensor }).sums.data]

test('runs of all callers are one run, and each gets its own result', async () => {
  const gpu = engine()
  const program = await joined(gpu, callers(3)).program
  const results = await Promise.all([1, 2, 3].map((n) => program.run(x(n))))
  expect(results.map((r) => (r as { y: HostTensor }).y.data[0])).toEqual([2, 4, 6])
  expect(gpu.calls).toEqual([{ members: [1, 2, 3], steps: 1 }])
})

test('a caller that is busy is waited for, and one that has left is not', async () => {
  const gpu = engine()
  const company = callers(3)
  const program = await joined(gpu, company).program
  const first = program.run(x(1))
  await sleep(1)
  const second = program.run(x(2))
  await sleep(1)
  expect(gpu.calls).toEqual([])
  company.leave()
  await Promise.all([first, second])
  expect(gpu.calls).toEqual([{ members: [1, 2], steps: 1 }])
})

test('who keeps others waiting for long misses the run', async () => {
  const gpu = engine()
  const program = await joined(gpu, callers(2)).program
  await program.run(x(1))
  await program.run(x(2))
  expect(gpu.calls.map(({ members }) => members)).toEqual([[1], [2]])
})

test('loops of different lengths go together as far as the shortest, and on with who comes next', async () => {
  const gpu = engine()
  const company = callers(2)
  const loop = await joined(gpu, company).loop
  const long = loop.run(steps(1, 2, 3, 4, 5))
  const short = loop
    .run(steps(10, 20))
    .then(async (first) => [sumsOf(first), sumsOf(await loop.run(steps(7)))])
  expect(await short).toEqual([[10, 30], [7]])
  company.leave()
  const result = await long
  expect(sumsOf(result)).toEqual([1, 3, 6, 10, 15])
  expect(result.carry.sum.data[0]).toBe(15)
  expect(gpu.calls).toEqual([
    { members: [1, 10], steps: 2 },
    { members: [3, 7], steps: 1 },
    { members: [4], steps: 2 },
  ])
})

test('a loop tells how long the engine was at it, without the time that it waited for others', async () => {
  const gpu = engine()
  const company = callers(2)
  const loop = await joined(gpu, company).loop
  const early = loop.run(steps(1, 2))
  await sleep(15)
  const late = loop.run(steps(1))
  const [{ milliseconds = Infinity }] = await Promise.all([early, late])
  expect(milliseconds).toBeLessThan(15)
})

test('different programs take turns: nobody waits for as long as others have work', async () => {
  const gpu = engine()
  const { program, loop } = joined(gpu, callers(2))
  const double = await program
  const sum = await loop
  const order: string[] = []
  const busy = async (name: string, run: () => Promise<unknown>) => {
    for (let i = 0; i < 4; i++) order.push(await run().then(() => name))
  }
  await Promise.all([busy('p', () => double.run(x(1))), busy('l', () => sum.run(steps(1)))])
  expect(order.join('')).toBe('plplplpl')
})

test('no group is larger than allowed, and a full one does not wait', async () => {
  const gpu = engine()
  const program = await joined(gpu, callers(100), 4).program
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => program.run(x(n))))
  expect(gpu.calls.map(({ members }) => members)).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ])
})

test('too many at once become fewer, all get their results, and it is told', async () => {
  const gpu = engine()
  gpu.fail = (members) =>
    members.length > 2 ? new Problem('cell', 'double: the GPU has not enough memory') : undefined
  const { program, told } = joined(gpu, callers(8))
  const double = await program
  const results = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => double.run(x(n))))
  expect(results.map((r) => (r as { y: HostTensor }).y.data[0])).toEqual([2, 4, 6, 8, 10, 12, 14, 16])
  expect(gpu.calls.map(({ members }) => members.length)).toEqual([8, 4, 2, 2, 2, 2])
  expect(told).toEqual([
    'double: 8 at once failed, 4 from now on (double: the GPU has not enough memory)',
    'double: 4 at once failed, 2 from now on (double: the GPU has not enough memory)',
  ])
})

test('a lost GPU is asked nothing more: all who came together are told', async () => {
  const gpu = engine()
  const lost = new Problem('device', 'double: the GPU was lost')
  gpu.fail = () => lost
  const { program, told } = joined(gpu, callers(4))
  const double = await program
  const results = await Promise.allSettled([1, 2, 3, 4].map((n) => double.run(x(n))))
  expect(results).toEqual([1, 2, 3, 4].map(() => ({ status: 'rejected', reason: lost })))
  expect([gpu.calls.length, told]).toEqual([1, []])
})

test('one that fails alone fails, others do not', async () => {
  const gpu = engine()
  gpu.fail = (members) => (members.includes(3) ? new Problem('usage', 'three is no number') : undefined)
  const program = await joined(gpu, callers(4)).program
  const results = await Promise.allSettled([1, 2, 3, 4].map((n) => program.run(x(n))))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
})

test('what one caller runs at once joins what others run', async () => {
  const gpu = engine()
  const program = await joined(gpu, callers(2)).program
  const [many, one] = await Promise.all([program.runAll([x(1), x(2)]), program.run(x(3))])
  expect([many.length, (one as { y: HostTensor }).y.data[0]]).toEqual([2, 6])
  expect(gpu.calls).toEqual([{ members: [1, 2, 3], steps: 1 }])
  expect(await program.runAll([])).toEqual([])
})
