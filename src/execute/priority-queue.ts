/** Items of which the best is taken first: a binary heap. */
export class PriorityQueue<T> {
  private readonly items: T[] = []
  private readonly isBefore: (a: T, b: T) => boolean

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.isBefore = isBefore
  }

  /** The best item; undefined where there is none. */
  get best(): T | undefined {
    return this.items[0]
  }

  push(item: T): void {
    const { items } = this
    let at = items.push(item) - 1
    while (at > 0) {
      const above = (at - 1) >>> 1
      if (!this.isBefore(item, items[above] as T)) break
      items[at] = items[above] as T
      at = above
    }
    items[at] = item
  }

  /** Takes the best item out. */
  pop(): T | undefined {
    const { items } = this
    const best = items[0]
    const last = items.pop()
    if (last === undefined || items.length === 0) return best
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= items.length) break
      const right = left + 1
      const below = right < items.length && this.isBefore(items[right] as T, items[left] as T) ? right : left
      if (!this.isBefore(items[below] as T, last)) break
      items[at] = items[below] as T
      at = below
    }
    items[at] = last
    return best
  }
}
