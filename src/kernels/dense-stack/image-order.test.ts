import { expect, test } from 'vitest'
import { imageOrder } from './image-order.ts'

test('images that are wrong most often come first, equal ones in their order', () => {
  const images = imageOrder(5)
  images.learn(0, Int32Array.from([0, 4, 2, 4, 0]), 4)
  images.sort()
  expect([...images.order]).toEqual([1, 3, 2, 0, 4])
})

test('what was learnt of an image goes with it, and newer masks count more', () => {
  const images = imageOrder(3)
  images.learn(0, Int32Array.from([0, 10, 5]), 10)
  images.sort()
  expect([...images.order]).toEqual([1, 2, 0])
  // Image 1, now first, is right for as many masks, image 0 wrong.
  images.learn(0, Int32Array.from([0, 5, 10]), 10)
  images.sort()
  expect([...images.order]).toEqual([0, 2, 1])
})

test('images that were hardly looked at count as half wrong', () => {
  const images = imageOrder(3)
  images.learn(0, Int32Array.from([9]), 10)
  images.learn(2, Int32Array.from([1]), 10)
  images.sort()
  expect([...images.order]).toEqual([0, 1, 2])
})
