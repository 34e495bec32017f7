import bytes from '#kernels/dense-stack'

/** The functions of `../assembly`, where they are documented. Addresses are bytes in `memory`. */
export interface DenseStackKernel {
  readonly memory: WebAssembly.Memory
  countOnes(mask: number, size: number): number
  packMask(mask: number, size: number, packed: number): number
  unpackMask(packed: number, size: number, mask: number): void
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

let compiled: WebAssembly.Module | undefined

/** An instance with memory of its own. */
export function denseStackKernel(): DenseStackKernel {
  compiled ??= new WebAssembly.Module(bytes)
  return new WebAssembly.Instance(compiled).exports as unknown as DenseStackKernel
}
