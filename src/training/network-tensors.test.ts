import { expect, test } from 'vitest'
import { float32, int32, type NamedTensors } from '../values/host-tensor.ts'
import { checkpointFrom, checkpointTensors, networkTensors } from './checkpoint.ts'
import { initialNetwork, smallCnn, withoutFilters } from './cnn.fixture.ts'
import { flatNetwork, networkOf, shapesText } from './network-tensors.ts'

const model = smallCnn(0)
const initial = initialNetwork(model)

test('parameters and buffers are told apart, in the model’s order', () => {
  const reversed = Object.fromEntries(Object.entries(initial).reverse())
  const network = networkOf(model, reversed)
  expect(Object.keys(network.params)).toEqual(model.parameters.map((p) => p.name))
  expect(Object.keys(network.buffers)).toEqual(model.buffers.map((b) => b.name))
  expect(flatNetwork(network)).toEqual(initial)
})

test('shapes as a text tell a pruned network from the full one, and nothing else', () => {
  const text = (tensors: NamedTensors) => shapesText(networkOf(model, tensors))
  expect(text(initial)).toBe('3,3,2,4;4;4;4;3,64;3;4;4;4')
  expect(text(withoutFilters(initial, [0]))).toBe('3,3,2,3;3;3;3;3,48;3;3;3;3')
  expect(text(withoutFilters(initial, [3]))).toBe(text(withoutFilters(initial, [0])))
})

test.each([
  ['a missing buffer', { 'norm/mean': undefined }, /lack norm\/mean/],
  ['a tensor of another model', { 'conv/biass': float32([4], [0, 0, 0, 0]) }, /have conv\/biass/],
  ['another type', { 'conv/bias': int32([4], [0, 0, 0, 0]) }, /conv\/bias is int32/],
])('%s is refused by name', (_, change, message) => {
  const entries = Object.entries({ ...initial, ...change }).filter(([, tensor]) => tensor !== undefined)
  expect(() => networkOf(model, Object.fromEntries(entries) as NamedTensors)).toThrow(message)
})

test('a checkpoint survives being one record of tensors', () => {
  const checkpoint = {
    step: 7,
    params: initial,
    slots: { mean: { 'conv/bias': float32([1], [2]) }, variance: {} },
  }
  const tensors = checkpointTensors(checkpoint)
  expect(Object.keys(tensors)).toEqual([...Object.keys(initial), 'optimizer/mean/conv/bias'])
  const { step, params, slots } = checkpointFrom(tensors, 7)
  expect({ step, params }).toEqual({ step: 7, params: initial })
  expect(slots).toEqual({ mean: checkpoint.slots.mean })
  expect(networkTensors(tensors)).toEqual(initial)
})

test('a network whose names would be taken for the optimizer’s has no checkpoint', () => {
  const params = { 'optimizer/weight': float32([1], [0]) }
  expect(() => checkpointTensors({ step: 0, params, slots: {} })).toThrow(/named optimizer\/weight/)
})
