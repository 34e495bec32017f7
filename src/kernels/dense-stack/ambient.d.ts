declare module '#kernels/dense-stack' {
  /** WebAssembly that `scripts/build.mjs` makes of `src/kernels/assembly`. */
  const bytes: Uint8Array<ArrayBuffer>
  export default bytes
}

declare module '#kernels/dense-stack-thread' {
  /** JavaScript that `scripts/build.mjs` makes of `thread-main.ts`: the source of a worker thread. */
  const source: string
  export default source
}

// Node has these; the types that browsers bring are not loaded.
declare namespace WebAssembly {
  class Module {
    private readonly compiled: unknown
    constructor(bytes: Uint8Array<ArrayBuffer>)
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>)
    readonly exports: Readonly<Record<string, unknown>>
  }
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number; readonly shared: true })
    readonly buffer: SharedArrayBuffer
  }
}
