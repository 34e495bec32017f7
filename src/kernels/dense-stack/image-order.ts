/**
 * In what order to look at images so that a decision is reached early: those that masks most often get wrong first.
 * Newer masks count more. The order changes what is looked at, never what is counted.
 */
export interface ImageOrder {
  /** Images by place. */
  readonly order: Int32Array
  /** Learns that of the images at places `from` … `from + wrong.length − 1`, seen so many times, each was wrong so often. */
  learn(from: number, wrong: Int32Array, seen: number): void
  /** Puts images in the order of what was learnt, and lets that count half from now on. */
  sort(): void
}

export function imageOrder(count: number): ImageOrder {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  const wrongs = new Float64Array(count)
  const views = new Float64Array(count)
  return {
    order,
    learn(from, wrong, seen) {
      for (let p = 0; p < wrong.length; p++) {
        const image = order[from + p] as number
        wrongs[image] = (wrongs[image] as number) + (wrong[p] as number)
        views[image] = (views[image] as number) + seen
      }
    },
    sort() {
      const share = Float64Array.from(wrongs, (wrong, i) => (wrong + 0.5) / ((views[i] as number) + 1))
      order.sort((a, b) => (share[b] as number) - (share[a] as number) || a - b)
      for (let i = 0; i < count; i++) {
        wrongs[i] = (wrongs[i] as number) / 2
        views[i] = (views[i] as number) / 2
      }
    },
  }
}
