/** A graphics processor as WebGPU sees it, or a program that stands in for one. */
export interface Adapter {
  readonly name: string
  /** Whether it computes on the processor after all, which is slower than computing there at once. */
  readonly software: boolean
}

/** The adapter of a name, as drivers give it. */
export function adapterNamed(name: string): Adapter {
  return { name, software: /llvmpipe|lavapipe|swiftshader|softpipe|basic render|\bwarp\b/i.test(name) }
}
