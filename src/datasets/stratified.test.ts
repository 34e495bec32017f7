import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { stratifiedOrder } from './stratified.ts'

test('every beginning and every end has each class in its share, to less than an image', () => {
  // 60 %, 30 %, 8 % and 2 %, sorted by class.
  const sizes = [600, 300, 80, 20]
  const labels = Uint8Array.from(sizes.flatMap((size, label) => new Array<number>(size).fill(label)))
  const order = stratifiedOrder(labels, 'skewed')
  expect([...order].sort((a, b) => a - b)).toEqual([...labels.keys()])
  for (let n = 1; n <= labels.length; n++) {
    const beginning = [...order.subarray(0, n)].map((at) => labels[at])
    for (const [label, size] of sizes.entries()) {
      const found = beginning.filter((one) => one === label).length
      expect(Math.abs(found - (n * size) / labels.length)).toBeLessThanOrEqual(1.5)
    }
  }
})

test('it is a function of labels and name alone, and shuffles within classes', () => {
  const random = stream(1, 'labels')
  const labels = Uint8Array.from({ length: 400 }, () => random.integer(4))
  const order = stratifiedOrder(labels, 'a')
  expect(stratifiedOrder(labels, 'a')).toEqual(order)
  expect(stratifiedOrder(labels, 'b')).not.toEqual(order)
  const zeros = [...order].filter((at) => labels[at] === 0)
  expect(zeros).not.toEqual([...zeros].sort((a, b) => a - b))
  // The order that results are stored by: another one is another split.
  expect([...order.subarray(0, 8)]).toMatchInlineSnapshot(`
    [
      324,
      323,
      257,
      239,
      268,
      178,
      135,
      269,
    ]
  `)
})
