import { denseStackKernel } from './kernel.ts'
import { kernelMemory } from './memory.ts'

/** Packs masks to bits: an eighth of the bytes to send between cores. */
export interface MaskPacker {
  /** Packs a mask and returns its ones; −1 if it has bytes other than 0 and 1. */
  pack(mask: Uint8Array): number
  /** The mask packed last, its first byte the lowest bit; valid until the next. */
  readonly packed: Uint8Array
}

/** Bytes that a packed mask takes: whole pairs. */
export function packedBytes(size: number): number {
  return 2 * Math.ceil(size / 16)
}

/** A packer of masks of so many bytes. */
export function maskPacker(size: number): MaskPacker {
  const kernel = denseStackKernel()
  const memory = kernelMemory(kernel.memory)
  const [from, to] = [memory.reserve(size), memory.reserve(packedBytes(size))]
  const bytes = new Uint8Array(memory.buffer)
  return {
    pack(mask) {
      bytes.set(mask, from)
      return kernel.packMask(from, mask.length, to)
    },
    packed: bytes.subarray(to, to + packedBytes(size)),
  }
}
