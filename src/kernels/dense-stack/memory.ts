/** Memory of a kernel, given out piece by piece; views of it hold until the next `reserve`. */
export interface KernelMemory {
  /** Room for so many bytes, all 0, at a place that suits any element; with room to read 15 bytes past its end. */
  reserve(bytes: number): number
  readonly buffer: ArrayBuffer
}

const PAGE = 65_536
/** Pieces begin on a cache line. */
const LINE = 64

/** All of a kernel's memory from its beginning; the kernel must not keep anything there itself. */
export function kernelMemory(memory: WebAssembly.Memory): KernelMemory {
  let end = LINE
  return {
    reserve(bytes) {
      const place = end
      end += Math.ceil((bytes + 15) / LINE) * LINE
      const missing = end - memory.buffer.byteLength
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
      return place
    },
    get buffer() {
      return memory.buffer
    },
  }
}
