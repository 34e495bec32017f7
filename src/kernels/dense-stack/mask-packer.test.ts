import { expect, test } from 'vitest'
import { stream } from '../../values/random.ts'
import { stackEvaluation } from './evaluation.ts'
import { maskPacker } from './mask-packer.ts'
import { randomMask, randomStack } from './stack.fixture.ts'

test.each([1, 15, 16, 17, 185, 4096])('a mask of %i bytes is packed bit by bit, its ones counted', (size) => {
  const random = stream(1, `pack ${size}`)
  const packer = maskPacker(size)
  for (const share of [0, 0.3, 1]) {
    const mask = Uint8Array.from({ length: size }, () => Number(random.uniform() < share))
    expect(packer.pack(mask)).toBe(mask.reduce((a, b) => a + b, 0))
    const bits = Array.from({ length: size }, (_, i) => ((packer.packed[i >> 3] as number) >> (i & 7)) & 1)
    expect(bits).toEqual([...mask])
  }
})

test('bytes that are neither 0 nor 1 are noticed wherever they are', () => {
  const packer = maskPacker(185)
  const mask = new Uint8Array(185).fill(1, 20, 90)
  for (const at of [0, 15, 16, 100, 184]) {
    const wrong = mask.slice()
    wrong[at] = 2
    expect(packer.pack(wrong)).toBe(-1)
  }
  expect(packer.pack(mask)).toBe(70)
})

test('a packed mask is counted as its bytes are, whatever its length', () => {
  for (const inputs of [30, 37, 48]) {
    const task = randomStack({ sizes: [inputs, 21, 7], images: 83, masked: [inputs !== 37, true] })
    const evaluation = stackEvaluation(task)
    for (let i = 0; i < 5; i++) {
      const mask = randomMask(task, 0.4, `packed ${i}`)
      const packer = maskPacker(mask.length)
      packer.pack(mask)
      expect(evaluation.correctPacked(packer.packed, 0)).toBe(stackEvaluation(task).correct(mask, 0))
    }
  }
})
