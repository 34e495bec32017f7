import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { adadelta, constant } from '../../plugin/index.ts'
import { outputTo } from '../output.ts'
import { keepPaces, recalledPaces } from './measured-paces.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'paces-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const question = {
  model: 'model.mjs',
  modelDigest: 'abc',
  training: {
    optimizer: adadelta(),
    schedule: constant(),
    batchSize: 16,
    epochs: 1,
    validation: 0,
    testEveryEpoch: false,
  },
  data: { shape: [28, 28, 1] as const, classes: 10, mean: [0.1], std: [0.3] },
  examples: 60_000,
  networks: 2,
}
const cpu = { runtime: 'onnx', version: '1', device: 'cpu', threads: 1 }
const paces = { cpu: 1, gpu: 2, adapter: 'NVIDIA H200', at: '2026-11-27T12:00:00.000Z' }

test('what is kept is known later; what cannot be read is not known', () => {
  const env = { env: { PRUNE_BENCH_CACHE: folder }, stderr: outputTo(process.stderr) }
  keepPaces(paces, question, cpu, env)
  expect(recalledPaces(question, cpu, env)).toEqual(paces)
  const [name = ''] = readdirSync(join(folder, 'paces'))
  const file = join(folder, 'paces', name)
  writeFileSync(file, '{ "cpu": 1')
  expect(recalledPaces(question, cpu, env)).toBeUndefined()
  rmSync(file)
  mkdirSync(file)
  expect(recalledPaces(question, cpu, env)).toBeUndefined()
})

test('a cache that cannot be used is told of, and ends nothing', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const env = { env: { PRUNE_BENCH_CACHE: join(file, 'cache') }, stderr: outputTo(process.stderr) }
  keepPaces(paces, question, cpu, env)
  expect(write.mock.calls.join()).toMatch(/what was measured is not kept: .*cannot be written/)
  write.mockRestore()
  expect(recalledPaces(question, cpu, env)).toBeUndefined()
})
