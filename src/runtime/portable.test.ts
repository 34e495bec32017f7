import * as tf from '@tensorflow/tfjs-core'
import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import type { HostTensor, NamedTensors } from '../values/host-tensor.ts'
import { portableOnnx, type Portable } from './index.ts'
import { expectSame, f32, randomTree, runOn, runtimes, u8 } from './parity.fixture.ts'

const specs = {
  'conv1/weight': f32(3, 3, 3, 8),
  'conv1/bias': f32(8),
  'conv2/weight': f32(3, 2, 8, 6),
  'norm/scale': f32(6),
  'norm/offset': f32(6),
  'norm/mean': f32(6),
  'dense/weight': f32(4, 6 * 3 * 3),
  'dense/bias': f32(4),
}
const IMAGE = [13, 14, 3] as const
type Given = Readonly<Record<keyof typeof specs, tf.Tensor>>
const four = (t: tf.Tensor): tf.Tensor4D => t as tf.Tensor4D

/** Everything that is written otherwise for other programs: strides, edges, dilation, both poolings, normalisation. */
function network(w: Given, images: tf.Tensor): tf.Tensor {
  const x = tf.sub(tf.div(tf.cast(images, 'float32'), 255), 0.5)
  const a = tf.relu(tf.add(tf.conv2d(four(x), four(w['conv1/weight']), [2, 1], 'same'), w['conv1/bias']))
  const b = tf.avgPool(tf.maxPool(four(a), 3, 2, 'same'), 2, 1, 'same')
  const c = tf.conv2d(four(b), four(w['conv2/weight']), 1, 'same', 'NHWC', [2, 2])
  const d = tf.batchNorm(
    four(c),
    w['norm/mean'] as tf.Tensor1D,
    tf.square(w['norm/scale']) as tf.Tensor1D,
    w['norm/offset'] as tf.Tensor1D,
    w['norm/scale'] as tf.Tensor1D,
  )
  const e = tf.maxPool(four(tf.slice(d, [0, 0, 0, 0], [-1, 3, 6, 6])), [1, 2], [1, 2], 'valid')
  const rows = tf.reshape(e, [e.shape[0], -1])
  return tf.logSoftmax(tf.add(tf.matMul(rows, w['dense/weight'], false, true), w['dense/bias']))
}

const about = { doc: 'A test.', metadata: { suite: 'test' } }
const ports = {
  input: { name: 'images', doc: 'bytes' },
  output: { name: 'logits', doc: 'for each class' },
}

function portable(weights: NamedTensors, fn: Portable<NamedTensors>['fn']): Promise<Uint8Array> {
  return portableOnnx({ name: 'network', weights, each: u8(...IMAGE), fn, ...ports, about })
}

test('a model for other programs computes what the function does, for any number of images', async () => {
  const weights: NamedTensors = randomTree(specs, 'weights')
  const session = await ort.InferenceSession.create(await portable(weights, network as never))
  expect([session.inputNames, session.outputNames]).toEqual([['images'], ['logits']])
  expect(session.inputMetadata[0]).toMatchObject({ type: 'uint8', shape: ['batch', 13, 14, 3] })
  expect(session.outputMetadata[0]).toMatchObject({ type: 'float32', shape: ['batch', 4] })
  const { cpu } = await runtimes()
  for (const batch of [1, 2, 5]) {
    const signature = { weights: specs, images: u8(batch, ...IMAGE) }
    const { images } = randomTree(signature, `${batch}`)
    const expected = await runOn(cpu, signature, { weights, images } as never, (given) => ({
      logits: network(given.weights, given.images),
    }))
    const found = await session.run({
      images: new ort.Tensor('uint8', images.data as Uint8Array, images.shape),
    })
    const { data, dims } = found.logits as ort.Tensor
    const logits = { dtype: 'float32', shape: dims, data } as HostTensor
    expectSame({ logits }, expected)
  }
  await session.release()
})

test('convolutions are convolutions there, weights have their names, and nothing is peculiar to one engine', async () => {
  const text = Buffer.from(await portable(randomTree(specs), network as never)).toString('latin1')
  for (const name of ['Conv', 'MaxPool', 'AveragePool', 'Gemm', ...Object.keys(specs)])
    expect(text).toContain(name)
  for (const name of ['com.microsoft', 'Gather', 'Scan']) expect(text).not.toContain(name)
  for (const told of ['A test.', 'suite', 'bytes', 'for each class']) expect(text).toContain(told)
})

test('a function that says how many images there are cannot be written for any number', async () => {
  const repeating = (_: unknown, images: tf.Tensor) =>
    tf.concat([tf.cast(images, 'float32'), tf.ones(images.shape)], 3)
  await expect(portable({}, repeating)).rejects.toThrow(/cannot be written for any number of images/)
})
