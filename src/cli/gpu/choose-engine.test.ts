import { expect, test, vi } from 'vitest'
import type { EngineIdentity } from '../../plan/index.ts'
import { Problem } from '../../values/problem.ts'
import { chooseEngine, type EngineDoors, type Paces } from './choose-engine.ts'
import type { GpuOf } from './gpu-of.ts'

const cpu: EngineIdentity = { runtime: 'onnx', version: '1', device: 'cpu', threads: 1 }
const gpu = { runtime: 'onnx', version: '1+webgpu', device: 'gpu', threads: 1 } as const
const h200: GpuOf = {
  report: { available: true, engine: gpu },
  adapter: { name: 'NVIDIA H200', software: false },
  advice: [],
}
const llvmpipe: GpuOf = { ...h200, adapter: { name: 'llvmpipe', software: true } }
const none: GpuOf = {
  report: { available: false, kind: 'usage', reason: 'no GPU here', hint: 'Use --device cpu.' },
  adapter: undefined,
  advice: ['apt install libvulkan1'],
}
const paces = (onCpu: number, onGpu: number): Paces => ({
  cpu: onCpu,
  gpu: onGpu,
  adapter: 'NVIDIA H200',
  at: '2026-11-27T12:00:00.000Z',
})

function doors(over: Partial<EngineDoors> = {}): EngineDoors {
  return {
    start: () => Promise.resolve(cpu),
    gpuOf: () => Promise.resolve(h200),
    gpuLikely: () => true,
    lastDevice: () => undefined,
    recall: () => undefined,
    sharded: false,
    measure: () => expect.unreachable('nothing is to be measured'),
    ...over,
  }
}
const auto = (over: Partial<EngineDoors>) =>
  chooseEngine({ runtime: 'auto', device: 'auto', threads: 1 }, doors(over))

test('without a GPU, auto is the processor: no driver is asked, nothing is said', async () => {
  const gpuOf = () => expect.unreachable('no driver is to be asked')
  expect(await auto({ gpuLikely: () => false, gpuOf })).toEqual({ engine: cpu, settled: true, notes: [] })
})

test('a new suite is measured once, and goes to the faster device, which is said with the figures', async () => {
  const fast = await auto({ measure: () => Promise.resolve(paces(2100, 12_300)) })
  expect(fast.engine).toEqual(gpu)
  expect(fast.notes).toEqual([
    'device: NVIDIA H200, 12,300 training steps a second against 2,100 on the processor, measured 2026-11-27',
  ])
  const slow = await auto({ measure: () => Promise.resolve(paces(2100, 800)) })
  expect(slow).toEqual({
    engine: cpu,
    settled: true,
    notes: [
      'device: the processor, 2,100 training steps a second against 800 on NVIDIA H200, measured 2026-11-27',
    ],
  })
})

test('what was measured is not measured again; where the processor won, no driver is asked', async () => {
  expect((await auto({ recall: () => paces(1, 2) })).engine).toEqual(gpu)
  const gpuOf = () => expect.unreachable('no driver is to be asked')
  expect((await auto({ recall: () => paces(2, 1), gpuOf })).engine).toEqual(cpu)
})

test('a suite stays where it was computed, whatever is measured', async () => {
  const recall = () => paces(1, 2)
  const stays = await auto({ lastDevice: () => 'cpu', recall })
  expect(stays.engine).toEqual(cpu)
  expect(stays.notes[0]).toMatch(/as in the last run of this suite/)
  const back = await auto({ lastDevice: () => 'gpu', recall: () => paces(2, 1) })
  expect(back.engine).toEqual(gpu)
  expect(back.notes[0]).toMatch(/NVIDIA H200, as in the last run/)
})

test('where the GPU of the last run is gone, it is said that its results are not used', async () => {
  for (const gone of [
    { gpuLikely: () => false },
    { gpuOf: () => Promise.resolve(none) },
    { gpuOf: () => Promise.resolve(llvmpipe) },
  ]) {
    const { engine, settled, notes } = await auto({ lastDevice: () => 'gpu', ...gone })
    expect([engine, settled]).toEqual([cpu, false])
    expect(notes.join()).toMatch(/the processor.*(not used|no GPU here.*libvulkan1)/)
  }
})

test('software is no GPU for auto; asked for by name it is, with a warning', async () => {
  const gpuOf = () => Promise.resolve(llvmpipe)
  expect(await auto({ gpuOf })).toEqual({ engine: cpu, settled: false, notes: [] })
  const choice = { runtime: 'auto', device: 'gpu', threads: 1 } as const
  const asked = await chooseEngine(choice, doors({ gpuOf }))
  expect(asked.engine).toEqual(gpu)
  expect(asked.notes[0]).toMatch(/llvmpipe is a program, no GPU/)
})

test('where nothing may be measured, no driver is asked for a suite that was never run: a run is to choose', async () => {
  const reading = doors({ gpuOf: () => expect.unreachable('no driver is to be asked') })
  Reflect.deleteProperty(reading, 'measure')
  const choice = { runtime: 'auto', device: 'auto', threads: 1 } as const
  const { engine, settled, notes } = await chooseEngine(choice, reading)
  expect([engine, settled]).toEqual([cpu, false])
  expect(notes).toEqual([
    expect.stringMatching(/the processor, until prune-bench run measures.*--device gpu/),
  ])
})

test('shards agree, whatever each machine knows: they have the processor', async () => {
  const sharded = { sharded: true, lastDevice: () => 'gpu', recall: () => paces(1, 2) }
  expect(await auto(sharded)).toEqual({
    engine: cpu,
    settled: false,
    notes: [expect.stringMatching(/the processor.*must agree.*--device gpu/)],
  })
  expect((await auto({ ...sharded, gpuLikely: () => false })).notes).toEqual([])
})

test('a GPU that cannot be measured leaves the processor, and says why', async () => {
  const measure = () => Promise.reject(new Problem('infrastructure', 'the gpu cannot be measured: lost'))
  const { engine, settled, notes } = await auto({ measure })
  expect([engine, settled]).toEqual([cpu, false])
  expect(notes).toEqual(['device: the processor; the gpu cannot be measured: lost'])
})

test('a GPU that is asked for and is not there is a problem that says what to do first', async () => {
  const gpuOf = () => Promise.resolve(none)
  for (const runtime of ['auto', 'onnx', 'webgpu'] as const)
    await expect(
      chooseEngine({ runtime, device: 'gpu', threads: 1 }, doors({ gpuOf })),
    ).rejects.toMatchObject({
      kind: 'usage',
      message: 'no GPU here',
      hint: 'apt install libvulkan1',
    })
})

test('a device that a runtime never has is left to the runtime to refuse', async () => {
  const refusal = new Problem('usage', 'does not run there')
  const start = () => Promise.reject(refusal)
  const gpuOf = () => expect.unreachable('no driver is to be asked')
  for (const [runtime, device] of [
    ['wasm', 'gpu'],
    ['cpu', 'gpu'],
    ['webgpu', 'cpu'],
  ] as const)
    await expect(chooseEngine({ runtime, device, threads: 1 }, doors({ start, gpuOf }))).rejects.toBe(refusal)
})

test('the processor that is asked for is not argued about', async () => {
  const lastDevice = vi.fn(() => 'gpu')
  const choice = { runtime: 'auto', device: 'cpu', threads: 1 } as const
  expect(await chooseEngine(choice, doors({ lastDevice }))).toEqual({ engine: cpu, settled: true, notes: [] })
  expect(lastDevice).not.toHaveBeenCalled()
})
