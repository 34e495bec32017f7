import * as ort from 'onnxruntime-node'
import { expect } from 'vitest'
import { gpuTest } from '../gpu.fixture.ts'
import { deviceOps } from './device-ops.ts'
import { samples } from './op-samples.ts'

gpuTest('all that networks are trained with is computed on the device; what is not is known', async () => {
  const ops = await deviceOps(ort)
  expect(new Set(ops.map(({ op }) => op.split(' ')[0]))).toEqual(
    new Set(Object.entries(samples).flatMap(([kind, of]) => (Object.keys(of).length > 0 ? [kind] : []))),
  )
  expect(ops.filter(({ on }) => on === 'cpu').map(({ op }) => op)).toEqual([
    'unary round',
    'predicate isNaN',
    'predicate isInf',
    'topk indices',
  ])
})
