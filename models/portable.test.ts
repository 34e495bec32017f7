// A network written as a file for other programs computes there what it computes here, for every model here.
import * as ort from 'onnxruntime-node'
import { stream, structureOf } from 'prune-bench'
import type { Model } from 'prune-bench'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { models } from '../src/plugin/models.fixture.ts'
import { initialised, trained } from '../src/plugin/network.fixture.ts'
import { deleteFilters } from '../src/pruning/index.ts'
import { createOnnxRuntime, type Runtime } from '../src/runtime/index.ts'
import { portableNetwork } from '../src/training/index.ts'
import { infer, normalise } from '../src/training/network.ts'
import { networkOf, networkSpecs } from '../src/training/network-tensors.ts'
import type { HostTensor, NamedTensors } from '../src/values/host-tensor.ts'

let onnx: Runtime
beforeAll(async () => {
  onnx = await createOnnxRuntime({ device: 'cpu', threads: 1 })
})
afterAll(() => onnx.dispose())

/** The network without a random third of its filters, where filters can be pruned. */
function network(model: Model): NamedTensors {
  const tensors = trained(initialised(model, 1), 1)
  if (model.wire === undefined) return tensors
  const structure = structureOf(model)
  const order = stream(1, 'mask').permutation(structure.filters)
  const mask = Uint8Array.from(order, (rank) => (rank < structure.filters / 3 ? 0 : 1))
  return deleteFilters(tensors, structure, mask)
}

test.each(models)('%s, pruned', async (_, model) => {
  const tensors = network(model)
  const channels = Array.from({ length: model.input[2] }, (_, c) => c)
  const data = {
    name: 'drawn',
    shape: model.input,
    mean: channels.map((c) => 0.4 + 0.05 * c),
    std: channels.map((c) => 0.3 - 0.05 * c),
  }
  const own = networkOf(model, tensors)
  const bytes = await portableNetwork(model, data, tensors, { doc: '', metadata: {} })
  const session = await ort.InferenceSession.create(bytes)
  for (const batch of [1, 33]) {
    const shape = [batch, ...model.input]
    const random = stream(batch, 'images')
    const pixels = Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.integer(256))
    const images: HostTensor = { dtype: 'uint8', shape, data: pixels }
    const program = await onnx.compile(
      'inference',
      { network: networkSpecs(own), images: { dtype: 'uint8', shape } },
      (given) => ({ logits: infer(model, given.network, normalise(given.images, data)).output }),
    )
    const expected = [...(await program.run({ network: own, images })).logits.data]
    await program.dispose()
    const { logits } = await session.run({ images: new ort.Tensor('uint8', pixels, shape) })
    const found = [...(logits?.data as Float32Array)]
    const scale = Math.max(...expected.map(Math.abs))
    expect(found).toHaveLength(expected.length)
    found.forEach((v, i) => expect(Math.abs(v - (expected[i] ?? NaN))).toBeLessThanOrEqual(2e-5 * scale))
  }
  await session.release()
})
