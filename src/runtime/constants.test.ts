import { expect, test } from 'vitest'
import { uint8 } from '../values/host-tensor.ts'
import { ConstantStore } from './constants.ts'

function storeOfCopies() {
  const dropped: string[] = []
  return { dropped, store: new ConstantStore<string>((kept) => void dropped.push(kept)) }
}

test('one copy is made of each view of a memory, in each form', () => {
  const { store, dropped } = storeOfCopies()
  const memory = new Uint8Array(8)
  const views = [memory.subarray(0, 4), memory.subarray(4), memory.subarray(0, 4)].map((data) =>
    uint8([4], data),
  )
  let made = 0
  const copies = views.map((view) => store.of(view, 'words', () => `copy ${made++}`))
  expect(copies).toEqual(['copy 0', 'copy 1', 'copy 0'])
  expect(store.of(uint8([4], memory.subarray(0, 4)), 'int32', () => 'other form')).toBe('other form')
  store.dispose()
  expect(dropped.sort()).toEqual(['copy 0', 'copy 1', 'other form'])
})

test('a copy that failed is made anew; others of the same memory stay, and are freed in the end', () => {
  const { store, dropped } = storeOfCopies()
  const memory = new Uint8Array(8)
  const [first, second] = [uint8([4], memory.subarray(0, 4)), uint8([4], memory.subarray(4))]
  store.of(first, 'words', () => 'first')
  store.of(second, 'words', () => 'failed')
  store.forget(second, 'words', 'failed')
  expect(store.of(first, 'words', () => 'again')).toBe('first')
  expect(store.of(second, 'words', () => 'second')).toBe('second')
  // Told late of a failure that was mended.
  store.forget(second, 'words', 'failed')
  expect(store.of(second, 'words', () => 'third')).toBe('second')
  store.dispose()
  expect(dropped.sort()).toEqual(['first', 'second'])
})
