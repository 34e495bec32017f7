import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { gpuTest } from '../../runtime/gpu.fixture.ts'
import { adadelta, constant, type Model } from '../../plugin/index.ts'
import { outputTo } from '../output.ts'
import { packageRoot } from '../project.ts'
import { load } from '../load.ts'
import { allowPlugins } from '../session.ts'
import { keepPaces, measuredPaces, recalledPaces } from './measured-paces.ts'

gpuTest('both devices are measured in processes of their own, once', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'paces-'))
  onTestFinished(() => rmSync(cache, { recursive: true }))
  const env = {
    cwd: cache,
    root: cache,
    env: { ...process.env, PRUNE_BENCH_CACHE: cache },
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
  }
  allowPlugins()
  const file = join(packageRoot, 'models', 'simplest-net.ts')
  const [model] = await load<Model>([{ kind: 'model', file }], packageRoot, join(cache, 'bundles'))
  const question = {
    model: model?.bundle.file ?? '',
    modelDigest: model?.bundle.digest ?? '',
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
  expect(recalledPaces(question, cpu, env)).toBeUndefined()
  const paces = await measuredPaces(question, 'llvmpipe', env)
  keepPaces(paces, question, cpu, env)
  expect(paces.cpu).toBeGreaterThan(20)
  expect(paces.gpu).toBeGreaterThan(0.1)
  expect(recalledPaces(question, cpu, env)).toEqual(paces)
  expect(recalledPaces({ ...question, networks: 3 }, cpu, env)).toBeUndefined()
  expect(recalledPaces(question, { ...cpu, version: '2' }, env)).toBeUndefined()
  expect(readdirSync(join(cache, 'paces'))).toHaveLength(1)
})
