import { expect, test } from 'vitest'
import { basicCnn, basicCnnParameters, basicCnnTensors } from '../pruning/basic-cnn.fixture.ts'
import { deleteFilters } from '../pruning/index.ts'
import { randomMask } from '../pruning/small-networks.fixture.ts'
import { float32 } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { compressionRatio, networkCost, theoreticalSpeedup, untoldParameters } from './network-cost.ts'

const network = { parameters: basicCnnParameters, operations: basicCnn.operations }
const full = networkCost({ ...network, tensors: basicCnnTensors })

test('basic-cnn costs what the thesis counts', () => {
  expect(full).toEqual({
    parameters: 1_634_826,
    stored: 1_634_826 + 2 * 960,
    macs: 42_421_952,
    // A bias and a batch-norm for every number that a convolution puts out, and ten biases.
    operations: 42_421_952 + 2 * (225 * 64 + 169 * 128 + 36 * 256 + 16 * 512) + 10,
  })
})

test('a deleted basic-cnn costs what the closed form says', () => {
  const random = stream(1, 'cost')
  const masks = [0, 0.01, 0.2, 0.5, 0.9, 1].map((density) => randomMask(basicCnn, random, density))
  for (const mask of masks) {
    const count = (from: number, to: number) => mask.slice(from, to).filter((bit) => bit === 1).length
    const [a, b, c, d] = [count(0, 64), count(64, 192), count(192, 448), count(448, 960)]
    const conv1 = 27 * a + a + 2 * a
    const conv2 = 9 * a * b + b + 2 * b
    const conv3 = 9 * b * c + c + 2 * c
    const conv4 = 9 * c * d + d + 2 * d
    const parameters = conv1 + conv2 + conv3 + conv4 + 160 * d + 10
    const macs = 225 * 27 * a + 169 * 9 * a * b + 36 * 9 * b * c + 16 * 9 * c * d + 160 * d
    const cost = networkCost({ ...network, tensors: deleteFilters(basicCnnTensors, basicCnn, mask) })
    expect(cost).toEqual({
      parameters,
      stored: parameters + 2 * (a + b + c + d),
      macs,
      operations: macs + 2 * (225 * a + 169 * b + 36 * c + 16 * d) + 10,
    })
    expect(compressionRatio(full, cost)).toBe(1_634_826 / parameters)
    expect(theoreticalSpeedup(full, cost)).toBe(macs === 0 ? null : 42_421_952 / macs)
  }
  expect(compressionRatio(full, { ...full, parameters: 0 })).toBeNull()
})

test('a pruned weight is neither stored nor multiplied, at any position', () => {
  const tensors = {
    'conv/weight': float32([1, 1, 2, 3], new Float32Array(6)),
    'conv/bias': float32([3], new Float32Array(3)),
    'norm/mean': float32([3], new Float32Array(3)),
  }
  const operations = [
    { layer: 'conv', tensor: 'conv/weight', positions: 100, kind: 'multiply' as const },
    { layer: 'conv', tensor: 'conv/bias', positions: 100, kind: 'add' as const },
  ]
  const small = { tensors, parameters: ['conv/weight', 'conv/bias'], operations }
  expect(networkCost(small)).toEqual({ parameters: 9, stored: 12, macs: 600, operations: 900 })
  expect(networkCost(small, new Map([['conv/weight', 2]]))).toEqual({
    parameters: 5,
    stored: 8,
    macs: 200,
    operations: 500,
  })
  expect(() => networkCost(small, new Map([['conv/weight', 7]]))).toThrow(
    'cannot keep 7 of the 6 entries of conv/weight',
  )
  expect(() => networkCost(small, new Map([['fc/weight', 0]]))).toThrow('the network has no tensor fc/weight')
  expect(() => networkCost({ ...small, parameters: ['fc/bias'] })).toThrow(
    'the network has no tensor fc/bias',
  )
})

test('a masked fully connected network costs its kept weights, and all biases and unmaskable weights', () => {
  const mlp = {
    tensors: { 'fc1/weight': { shape: [2, 3] }, 'fc2/weight': { shape: [2, 2] }, 'fc2/bias': { shape: [2] } },
    parameters: ['fc1/weight', 'fc2/weight', 'fc2/bias'],
    operations: ['fc1/weight', 'fc2/weight'].map((tensor) => ({
      layer: tensor,
      tensor,
      positions: 1,
      kind: 'multiply' as const,
    })),
  }
  expect(networkCost(mlp)).toMatchObject({ parameters: 12, macs: 10 })
  expect(networkCost(mlp, new Map([['fc1/weight', 2]]))).toMatchObject({ parameters: 8, macs: 6 })
})

test('parameters that no operation applies are named: weights, and layers that tell nothing', () => {
  expect(untoldParameters({ ...network, tensors: basicCnnTensors })).toEqual({ weights: [], others: [] })
  const tensors = {
    'dw/weight': { shape: [3, 3, 8, 1] },
    'norm/scale': { shape: [8] },
    'norm/offset': { shape: [8] },
    'slope/slope': { shape: [8] },
  }
  const operations = [{ layer: 'norm', tensor: 'norm/scale', positions: 64, kind: 'scale' }] as const
  const parameters = Object.keys(tensors)
  expect(untoldParameters({ tensors, parameters, operations })).toEqual({
    weights: ['dw/weight'],
    others: ['slope/slope'],
  })
})
