import { expect, test } from 'vitest'
import { deviceProblem } from './device-problem.ts'

test.each([
  ['vkCreateBuffer failed with VK_ERROR_OUT_OF_DEVICE_MEMORY', 'cell', 'has not enough memory'],
  ['Too many storage buffers in shader. Current: 20, Max is 16', 'cell', 'has not enough memory'],
  ['[Buffer] is invalid due to a previous error.', 'cell', 'has not enough memory'],
  ['WebGPU device lost (2): a valid external Instance reference no longer exists.', 'device', 'was lost'],
  ['vkQueueSubmit failed with VK_ERROR_DEVICE_LOST', 'device', 'was lost'],
  ['Non-zero status code returned while running Mul node', 'infrastructure', 'failed on the GPU'],
])('%s: a problem of kind %s', (message, kind, told) => {
  const problem = deviceProblem('training step', new Error(message))
  expect(problem).toMatchObject({ kind, hint: expect.stringContaining('--device cpu') as string })
  expect(problem.message).toMatch(new RegExp(`^training step: .*${told}`))
  expect(problem.message).toContain(message)
})
