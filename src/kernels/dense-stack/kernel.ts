import bytes from '#kernels/dense-stack'

/** The functions of `../assembly`, where they are documented. Addresses are bytes in the memory they were given. */
export interface DenseStackKernel {
  countOnes(mask: number, size: number): number
  countDifferences(a: number, b: number, size: number): number
  keptEntries(
    mask: number,
    weights: number,
    units: number,
    inputs: number,
    stride: number,
    starts: number,
    entries: number,
  ): number
  changedEntries(
    base: number,
    next: number,
    pairs: number,
    units: number,
    inputs: number,
    offsets: number,
    means: number,
    before: number,
    constants: number,
    fresh: number,
    starts: number,
    entries: number,
  ): number
  firstBiases(
    constants: number,
    steps: number,
    scales: number,
    own: number,
    units: number,
    biases: number,
  ): void
  moveTile(pixels: number, sums: number, units: number, fresh: number, starts: number, entries: number): void
  firstTile(
    pixels: number,
    sums: number,
    units: number,
    fresh: number,
    starts: number,
    entries: number,
    scales: number,
    biases: number,
    least: number,
    activations: number,
  ): void
  hiddenTile(
    inputs: number,
    units: number,
    starts: number,
    entries: number,
    biases: number,
    least: number,
    activations: number,
  ): void
  rightAnswers(logits: number, classes: number, labels: number, wrong: number): number
}

const PAGE = 65_536

/** Memory of so many bytes, all 0, that threads share. */
export function kernelMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE)
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
}

let compiled: WebAssembly.Module | undefined

/** The kernels' code; threads are sent it. */
export function kernelModule(): WebAssembly.Module {
  return (compiled ??= new WebAssembly.Module(bytes))
}

/** The kernels on a memory. They keep nothing of their own: any number may work on one memory. */
export function denseStackKernel(module: WebAssembly.Module, memory: WebAssembly.Memory): DenseStackKernel {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as DenseStackKernel
}
