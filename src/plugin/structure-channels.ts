import { Problem } from '../values/problem.ts'
import type { Channel } from './wiring.ts'

/** A class of channels that live and die together. */
export type ChannelClass = number

/** Channels of a network and which of them are the same: a union–find forest whose first tree can never be deleted. */
export class ChannelClasses {
  /** Node 0 stands for null; the others for channels, by their numbers. */
  private readonly parents: number[] = [0]

  /** The class of what can never be deleted: colours, classes. */
  get fixed(): ChannelClass {
    return this.of(null)
  }

  /** All channels there are. */
  get all(): readonly number[] {
    return Array.from({ length: this.parents.length - 1 }, (_, i) => i + 1)
  }

  create(count: number): number[] {
    return Array.from({ length: count }, () => this.parents.push(this.parents.length) - 1)
  }

  of(channel: Channel): ChannelClass {
    let node = channel ?? 0
    for (;;) {
      const parent = this.parents[node]
      if (parent === undefined)
        throw new Problem('usage', `there is no channel ${node} in this network`, {
          hint: 'Take channels from wiring.channels() and from the features that come in, and number none yourself.',
        })
      if (parent === node) return node
      const above = this.parents[parent] as number
      this.parents[node] = above
      node = above
    }
  }

  unite(a: Channel, b: Channel): void {
    this.parents[this.of(a)] = this.of(b)
  }
}
