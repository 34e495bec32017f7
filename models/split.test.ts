// A network that reads what its first layer needs of images, instead of images, is the same network, for every model here.
import { stream, structureOf } from 'prune-bench'
import type { Model } from 'prune-bench'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { models } from '../src/plugin/models.fixture.ts'
import { images, initialised, trained } from '../src/plugin/network.fixture.ts'
import { compactFilters, inMultiples, paddedMask } from '../src/pruning/index.ts'
import { createOnnxRuntime, type Runtime } from '../src/runtime/index.ts'
import { infer, inferPrepared } from '../src/training/network.ts'
import { networkOf, networkSpecs } from '../src/training/network-tensors.ts'

const convolutional = models.filter(([, { split }]) => split !== undefined)

let onnx: Runtime
beforeAll(async () => {
  onnx = await createOnnxRuntime({ device: 'cpu', threads: 1 })
})
afterAll(() => onnx.dispose())

test('networks that begin with a convolution are in two parts', () => {
  const first = ([, { parameters }]: readonly [string, Model]) => parameters[0]?.shape.length === 4
  expect(convolutional.map(([name]) => name)).toEqual(models.filter(first).map(([name]) => name))
  expect(convolutional.map(([name]) => name)).toEqual(
    expect.arrayContaining(['basic-cnn', 'conv-6', 'resnet-20']),
  )
})

test.each(convolutional)('%s with a random fifth of its filters', async (_, model) => {
  const structure = structureOf(model)
  const random = stream(1, 'mask')
  const kept = Math.ceil(structure.filters / 5)
  const mask = Uint8Array.from(random.permutation(structure.filters), (rank) => (rank < kept ? 1 : 0))
  const tensors = compactFilters(trained(initialised(model, 1), 1), structure, {
    keep: paddedMask(structure, mask, inMultiples(8)),
    live: mask,
    parameters: new Set(model.parameters.map(({ name }) => name)),
  })
  const network = networkOf(model, tensors)
  const x = images(model, 40, 1)
  const { split } = model
  if (!split) throw new Error('only models in two parts are tried')
  const program = await onnx.compile(
    'both ways',
    { network: networkSpecs(network), x: { dtype: 'float32', shape: x.shape } },
    ({ network: own, x: seen }) => ({
      whole: infer(model, own, seen as Parameters<typeof infer>[2]).output,
      parts: inferPrepared(split, own, split.prepare(seen)).output,
    }),
  )
  const outputs = await program.run({ network, x })
  const [whole, parts] = [[...outputs.whole.data], [...outputs.parts.data]]
  const scale = Math.max(...whole.map(Math.abs))
  expect(scale).toBeGreaterThan(0)
  expect(parts).toHaveLength(whole.length)
  whole.forEach((v, i) => expect(Math.abs(v - (parts[i] ?? NaN))).toBeLessThanOrEqual(1e-5 * scale))
})
