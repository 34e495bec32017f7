import { denseStackKernel } from './kernel.ts'
import { kernelMemory } from './memory.ts'

/** Counts ones in masks of so many bytes, many times faster than a loop; −1 for a mask that has bytes other than 0 and 1. */
export function maskOnes(size: number): (mask: Uint8Array) => number {
  const kernel = denseStackKernel()
  const memory = kernelMemory(kernel.memory)
  const place = memory.reserve(size)
  const bytes = new Uint8Array(memory.buffer)
  return (mask) => {
    bytes.set(mask, place)
    return kernel.countOnes(place, mask.length)
  }
}
