import type { HostTensor } from '../values/host-tensor.ts'

/** What is made of constants for a device, kept there as long as the caller keeps the memory that it was made from. */
export class ConstantStore<Kept> {
  private readonly drop: (kept: Kept) => void
  private readonly known = new WeakMap<object, Map<string, Kept>>()
  private readonly all = new Set<Kept>()
  private readonly collected = new FinalizationRegistry<Kept>((kept) => {
    if (this.all.delete(kept)) this.drop(kept)
  })

  /** `drop` frees what is no longer needed. What is kept must not hold the memory itself, so that it can be collected. */
  constructor(drop: (kept: Kept) => void) {
    this.drop = drop
  }

  /** What was made of this memory in this type, shape and form, made now if it was not seen before. */
  of(constant: HostTensor, form: string, make: () => Kept): Kept {
    const { buffer } = constant.data
    const views = this.known.get(buffer) ?? new Map<string, Kept>()
    this.known.set(buffer, views)
    const seenAs = viewOf(constant, form)
    const known = views.get(seenAs)
    if (known !== undefined) return known
    const kept = make()
    views.set(seenAs, kept)
    this.all.add(kept)
    this.collected.register(buffer, kept)
    return kept
  }

  /** Has it made anew when it is asked for, if this is what there is; there is nothing to free. */
  forget(constant: HostTensor, form: string, failed: Kept): void {
    const views = this.known.get(constant.data.buffer)
    const seenAs = viewOf(constant, form)
    if (views?.get(seenAs) !== failed) return
    views.delete(seenAs)
    this.all.delete(failed)
  }

  dispose(): void {
    for (const kept of this.all) this.drop(kept)
    this.all.clear()
  }
}

function viewOf({ data, dtype, shape }: HostTensor, form: string): string {
  return `${data.byteOffset} ${dtype} ${shape.join()} ${form}`
}
