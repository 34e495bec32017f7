import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { runBench, type BenchEnvironment } from './run-bench.ts'
import type { Dataset } from '../src/values/dataset.ts'
import { workloadResult, type BenchDocument } from './document.ts'
import { measureInTurns, measureOneByOne, type Measured } from './measure.ts'
import { Problem } from '../src/values/problem.ts'
import { workloads } from './registry.ts'
import { median } from './statistics.ts'
import type { Contender, PeerProgram, Sample, Setting, Workload } from './workload.ts'

/** A contender whose samples are a warm-up that is far off and then these. */
function fake(name: string, values: readonly number[], peer = false, closed: string[] = []): Contender {
  const coming: Sample[] = [1e9, ...values].map((value) => ({ value, also: { early: value / 2 } }))
  return {
    engine: { name, version: '1.2' },
    device: 'cpu',
    threads: 1,
    variant: '',
    peer,
    sample: () => Promise.resolve(coming.shift() ?? { value: Number.NaN }),
    close: () => {
      closed.push(name)
      return Promise.resolve()
    },
  }
}

function workload(name: string, parts: Partial<Workload> = {}): Workload {
  return {
    name,
    summary: `fake ${name}`,
    unit: 'ms',
    better: 'lower',
    runs: 3,
    open: () => Promise.resolve([fake('slow', [6, 5, 7]), fake('quick', [2, 4, 3])]),
    ...parts,
  }
}

function environment(list: readonly Workload[], parts: Partial<BenchEnvironment> = {}) {
  const printed = { stdout: '', stderr: '' }
  const given: BenchEnvironment = {
    root: '.',
    env: {},
    workloads: list,
    openPeers: () => Promise.resolve({ status: 'skipped', why: 'no python3' }),
    loadData: (kind, request) => Promise.resolve({ ...dataset, name: request[kind] ?? `some ${kind}` }),
    checkFresh: () => undefined,
    stdout: (text) => void (printed.stdout += text),
    stderr: (text) => void (printed.stderr += text),
    ...parts,
  }
  return { printed, given }
}

const dataset: Dataset = {
  name: '',
  shape: [1, 1, 1],
  classes: 2,
  mean: [0],
  std: [1],
  size: { train: 0, test: 0 },
  train: { count: 0, images: new Uint8Array(), labels: new Uint8Array() },
  test: { count: 0, images: new Uint8Array(), labels: new Uint8Array() },
}

const units = { cpu: 1, gpu: 1, toy: 1 }
const program: PeerProgram = { script: 'fake.py', files: () => Promise.resolve({}) }

const torch = (values: readonly number[]): BenchEnvironment['openPeers'] => {
  return () =>
    Promise.resolve({
      status: 'ready',
      contendersFor: () => Promise.resolve([fake('pytorch', values, true)]),
      close: () => undefined,
    })
}

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([10, 1, 2, 3])).toBe(2.5)
  expect(() => median([])).toThrow(RangeError)
})

test('contenders take turns, and the warm-up round is not counted', async () => {
  const turns: string[] = []
  const pair = [fake('a', [1, 2]), fake('b', [3, 4])]
  const samples = await measureInTurns(pair, { runs: 2 }, (round, { engine }) =>
    turns.push(`${engine.name}${round}`),
  )
  expect(turns).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
  expect(samples.map(valuesOf)).toEqual([
    [1, 2],
    [3, 4],
  ])
})

function valuesOf(measured: Measured): readonly number[] {
  return 'failed' in measured ? [] : measured.samples.map(({ value }) => value)
}

test('contenders on a GPU are measured one after the other, and closed before the next is', async () => {
  const events: string[] = []
  const pair = ['a', 'b'].map((name) => ({
    ...fake(name, [1, 2], false, events),
    ...(name === 'a' ? { sample: () => Promise.reject(new Error('out of memory')) } : {}),
  }))
  const measured = await measureOneByOne(pair, { runs: 2 }, (round, { engine }) =>
    events.push(`${engine.name}${round}`),
  )
  expect(events).toEqual(['a0', 'a', 'b0', 'b1', 'b2', 'b'])
  expect(measured[0]).toEqual({ failed: new Error('out of memory') })
  expect(valuesOf(measured[1] as Measured)).toEqual([1, 2])
})

test.each([measureInTurns, measureOneByOne])(
  'where time is short every contender still has one sample: %#',
  async (measure) => {
    const measured = await measure([fake('a', [1, 2, 3]), fake('b', [4, 5, 6])], { runs: 3, seconds: 0.001 })
    expect(measured.map(valuesOf)).toEqual([[1], [4]])
  },
)

test('a contender that fails is told of, and those that are left are compared', async () => {
  const broken = { ...fake('broken', []), sample: () => Promise.reject(new Error('out of memory')) }
  const open = () => Promise.resolve([broken, fake('whole', [1, 2, 3])])
  const { printed, given } = environment([workload('one', { open })])
  expect(await runBench(['--json'], given)).toBe(0)
  const [result] = (JSON.parse(printed.stdout) as BenchDocument).workloads
  expect(result?.contenders.map(({ engine }) => engine)).toEqual(['whole'])
  expect(result?.failed).toMatchObject([{ engine: 'broken', device: 'cpu', why: 'out of memory' }])
  expect(await runBench([], { ...given, stdout: (text) => void (printed.stdout = text) })).toBe(0)
  expect(printed.stdout).toContain('one: broken on cpu, plain, failed: out of memory')
})

test('where all of ours fail, so does the run', async () => {
  const problem = new Problem('infrastructure', 'there is no GPU')
  const open = () => Promise.resolve([{ ...fake('x', []), sample: () => Promise.reject(problem) }])
  const { printed, given } = environment([workload('one', { open })])
  expect(await runBench([], given)).toBe(4)
  expect(printed.stderr).toContain('there is no GPU')
})

test('--device gpu measures what is computed on one: alone, with others at once, and beside all threads of the CPU', async () => {
  const seen: (readonly Setting[])[] = []
  const open: Workload['open'] = ({ settings }) => {
    seen.push(settings)
    return Promise.resolve([fake('x', [1])])
  }
  const list = [workload('train', { open, onGpu: [1, 32] }), workload('start', { open })]
  const { printed, given } = environment(list)
  const run = (...options: string[]) => runBench(['--json', '--runs', '1', ...options], given)
  expect(await run('--device', 'gpu')).toBe(0)
  expect((JSON.parse(printed.stdout) as BenchDocument).machine).toHaveProperty('gpu')
  await run('--device', 'gpu', '--toy')
  await run('--device', 'gpu', '--cells', '4')
  await run('--filter', 'train')
  const all = availableParallelism()
  const told = seen.map((settings) => settings.map((s) => [s.device, s.threads, s.cells, s.scale].join(' ')))
  expect(told).toEqual([
    [`cpu ${all} 1 cpu`, 'gpu 1 1 gpu', 'gpu 1 32 gpu'],
    [`cpu ${all} 1 toy`, 'gpu 1 1 toy', 'gpu 1 2 toy'],
    [`cpu ${all} 1 cpu`, 'gpu 1 4 gpu'],
    ['cpu 1 1 cpu', 'cpu 2 1 cpu'],
  ])
})

test('a ratio is taken over the rounds that both have', () => {
  const measured = [{ samples: [{ value: 2 }, { value: 9 }] }, { samples: [{ value: 4 }] }]
  const pair = [fake('ours', []), fake('pytorch', [], true)]
  expect(workloadResult(workload('one'), pair, measured, {}).ratio?.value).toBe(0.5)
})

test('against a peer on a GPU the aim is to be no slower, whatever the bound on a CPU', async () => {
  const bounded = workload('one', { onGpu: [1], peer: { program, units, figure: (s) => s, atMost: 0.1 } })
  const run = async (values: readonly number[]) => {
    const { printed, given } = environment([bounded], { openPeers: torch(values) })
    const code = await runBench(['--json', '--peers', '--device', 'gpu'], given)
    return { code, ratio: (JSON.parse(printed.stdout) as BenchDocument).workloads[0]?.ratio }
  }
  // Ours are 2, 4, 3.
  expect(await run([2, 4, 4])).toMatchObject({ code: 0, ratio: { value: 1, atMost: 1, kept: true } })
  expect(await run([1, 2, 2])).toMatchObject({ code: 1, ratio: { value: 2, atMost: 1, kept: false } })
})

test('--json prints the document and nothing else', async () => {
  const { printed, given } = environment([workload('one')])
  expect(await runBench(['--json'], given)).toBe(0)
  const document = JSON.parse(printed.stdout) as BenchDocument
  expect(document).toMatchObject({
    schema: 2,
    data: [],
    versions: { node: process.versions.node },
    peers: { measured: false, why: 'not asked for (--peers)' },
    workloads: [
      {
        name: 'one',
        unit: 'ms',
        best: { ours: 1, peer: null },
        limit: null,
        ratio: null,
        contenders: [
          { engine: 'slow', median: 6, min: 5, max: 7, runs: 3, samples: [6, 5, 7] },
          { engine: 'quick', version: '1.2', threads: 1, median: 3, min: 2, max: 4, also: { early: 1.5 } },
        ],
      },
    ],
  })
  expect(document.machine.cores).toBeGreaterThan(0)
  expect(Date.parse(document.date)).not.toBeNaN()
})

test('people get a table with the best marked', async () => {
  const { printed, given } = environment([workload('one')])
  expect(await runBench([], given)).toBe(0)
  const rows = printed.stdout.split('\n')
  const row = (word: string) => rows.find((line) => line.includes(word)) ?? ''
  expect(row('workload')).toMatch(/runtime.*threads.*median.*min.*max.*runs.*unit/)
  expect(row('quick 1.2')).toMatch(/early 1\.50 \*.*3\.00.*2\.00.*4\.00.*3.*ms/)
  expect(row('slow 1.2')).not.toContain('*')
})

test('the ratio to a peer is the median of ratios within a round, and a broken bound is exit code 1', async () => {
  const bounded = workload('one', { peer: { program, units, figure: (s) => s, atMost: 0.7 } })
  const run = async (values: readonly number[]) => {
    const { printed, given } = environment([bounded], { openPeers: torch(values) })
    const code = await runBench(['--json', '--peers'], given)
    return { code, ratio: (JSON.parse(printed.stdout) as BenchDocument).workloads[0]?.ratio }
  }
  // Ours are 2, 4, 3.
  expect(await run([4, 5, 6])).toEqual({
    code: 0,
    ratio: { value: 0.5, atMost: 0.7, atLeast: null, kept: true },
  })
  expect(await run([2, 4, 6])).toEqual({
    code: 1,
    ratio: { value: 1, atMost: 0.7, atLeast: null, kept: false },
  })
})

test('of rates the highest is the best, and a ratio under its bound is exit code 1', async () => {
  const rate = (atLeast: number) =>
    workload('rate', {
      unit: 'masks/s',
      better: 'higher',
      peer: { program, units, figure: (s) => s, atLeast },
    })
  const run = async (atLeast: number, ...options: string[]) => {
    const { printed, given } = environment([rate(atLeast)], { openPeers: torch([3, 2, 3]) })
    return { code: await runBench(['--peers', ...options], given), text: printed.stdout }
  }
  // Our best are 6, 5, 7: twice, 2.5 and 2.33 times the peer's.
  const json = await run(2, '--json')
  const result = (JSON.parse(json.text) as BenchDocument).workloads[0]
  expect(json.code).toBe(0)
  expect(result?.best).toEqual({ ours: 0, peer: 2 })
  expect(result?.ratio).toEqual({ value: 7 / 3, atMost: null, atLeast: 2, kept: true })
  const table = await run(2.4)
  expect(table.code).toBe(1)
  expect(table.text).toContain("rate: 2.33 × the rate of pytorch's best, at least 2.4 wanted: NOT KEPT")
})

test('data sets are those asked for, read once, and those that were read are told', async () => {
  const read: string[] = []
  const open: Workload['open'] = async (context) => {
    read.push((await context.dataset('digits')).name, (await context.dataset('objects')).name)
    return [fake('x', [1, 2, 3])]
  }
  const loaded: string[] = []
  const { printed, given } = environment([workload('one', { open }), workload('two', { open })])
  const loadData: BenchEnvironment['loadData'] = (kind, ...rest) => {
    loaded.push(kind)
    return given.loadData(kind, ...rest)
  }
  expect(await runBench(['--json', '--data', 'textures'], { ...given, loadData })).toBe(0)
  expect(read).toEqual(['some digits', 'textures', 'some digits', 'textures'])
  expect(loaded).toEqual(['digits', 'objects'])
  expect((JSON.parse(printed.stdout) as BenchDocument).data).toEqual(['some digits', 'textures'])
})

test('a limit that is not kept is said, and is exit code 1', async () => {
  const { printed, given } = environment([workload('one', { atMost: 2.5 })])
  expect(await runBench([], given)).toBe(1)
  expect(printed.stdout).toContain('one: 3.00 ms, at most 2.5 ms allowed: NOT KEPT')
})

test('peers that cannot be had are skipped with the reason', async () => {
  const { printed, given } = environment([workload('one')])
  expect(await runBench(['--peers', '--json'], given)).toBe(0)
  expect(printed.stderr).toContain('Peers: no python3')
  expect((JSON.parse(printed.stdout) as BenchDocument).peers).toEqual({ measured: false, why: 'no python3' })
})

test('--filter takes every word, --runs sets the samples, contenders are closed', async () => {
  const closed: string[] = []
  const open = () => Promise.resolve([fake('x', [1, 2], false, closed)])
  const { printed, given } = environment([workload('mlp-train', { open }), workload('mlp-evaluate')])
  expect(await runBench(['--filter', 'train mlp', '--runs', '1', '--json'], given)).toBe(0)
  const document = JSON.parse(printed.stdout) as BenchDocument
  expect(document.workloads.map(({ name }) => name)).toEqual(['mlp-train'])
  expect(document.workloads[0]?.contenders[0]?.samples).toEqual([1])
  expect(closed).toEqual(['x'])
})

test('a filter that matches nothing is exit code 3 and lists what there is', async () => {
  const { printed, given } = environment([workload('one'), workload('two')])
  expect(await runBench(['--filter', 'three'], given)).toBe(3)
  expect(printed).toEqual({
    stdout: '',
    stderr: 'no workload is named like "three"\nthere are one, two\n',
  })
})

test.each([
  [['--fiter', 'x'], '--fiter'],
  [['--runs', '0'], '--runs is "0"'],
  [['--data', 'cifar'], '--data is "cifar"'],
  [['--data', 'mnist,glyphs'], '--data names both mnist and glyphs'],
  [['mlp'], 'mlp is no option'],
  [['--device', 'tpu'], '--device is "tpu"'],
  [['--device', 'gpu', '--cells', '1,x'], '--cells is "x"'],
])('%j is a usage error', async (argv, message) => {
  const { printed, given } = environment([workload('one')])
  expect(await runBench(argv, given)).toBe(2)
  expect(printed.stderr).toContain(message)
})

test('the registered workloads have names of their own', () => {
  const names = workloads.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toEqual(
    expect.arrayContaining(['cnn-train-step', 'cnn-evaluate-1024', 'sa-cnn-50', 'sa-cnn-80']),
  )
})

test('bounds on ratios are on the side on which worse figures lie', () => {
  for (const { name, better, peer } of workloads) {
    const wrong = better === 'lower' ? peer?.atLeast : peer?.atMost
    expect(wrong, name).toBeUndefined()
  }
})
