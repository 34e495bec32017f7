import type { Examples } from '../values/dataset.ts'
import { stream } from '../values/random.ts'

/**
 * An order of examples in which every beginning, and so every end, has the classes in the shares that all of them have, to
 * less than one image a class: what lies at position (j + ½)/n of its class' n images, shuffled, lies there in the whole.
 * A function of the labels and `name` alone, so that all seeds of a suite share their splits.
 */
export function stratifiedOrder(labels: Uint8Array, name: string): Int32Array {
  const shuffled = stream('split', name).permutation(labels.length)
  const sizes = new Map<number, number>()
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1)
  const seen = new Map<number, number>()
  const position = new Float64Array(labels.length)
  for (const at of shuffled) {
    const label = labels[at] as number
    const before = seen.get(label) ?? 0
    position[at] = (before + 0.5) / (sizes.get(label) as number)
    seen.set(label, before + 1)
  }
  // Stable: equal positions stay in the order of the shuffle.
  return shuffled.sort((a, b) => (position[a] as number) - (position[b] as number))
}

/** The first `count` examples in this order, in memory of their own so that the rest can be freed. */
export function inOrder({ images, labels }: Examples, order: Int32Array, count: number): Examples {
  const bytesEach = images.length / labels.length
  const chosen = order.subarray(0, count)
  const made = { count, images: new Uint8Array(count * bytesEach), labels: new Uint8Array(count) }
  chosen.forEach((from, to) => {
    made.images.set(images.subarray(from * bytesEach, (from + 1) * bytesEach), to * bytesEach)
    made.labels[to] = labels[from] as number
  })
  return made
}
