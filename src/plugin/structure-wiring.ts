import type { LayerOperation } from '../values/network-structure.ts'
import { Problem } from '../values/problem.ts'
import type { Model } from './model.ts'
import { ChannelClasses } from './structure-channels.ts'
import type { Channel, Wiring } from './wiring.ts'

/** One axis of a parameter or buffer, and the channel of each of its entries. */
export interface BoundAxis {
  readonly tensor: string
  readonly axis: number
  readonly role: 'output' | 'input'
  readonly channels: readonly Channel[]
}

/** Takes down what layers tell, and refuses what contradicts the model's shapes. */
export class RecordingWiring implements Wiring {
  readonly classes = new ChannelClasses()
  readonly operations: LayerOperation[] = []
  /** Channels that some tensor makes; the others come from nowhere that could be sliced. */
  readonly made = new Set<number>()
  private readonly bound = new Map<string, BoundAxis>()
  private readonly shapes: ReadonlyMap<string, readonly number[]>

  constructor(model: Model) {
    this.shapes = new Map([...model.parameters, ...model.buffers].map(({ name, shape }) => [name, shape]))
  }

  get axes(): readonly BoundAxis[] {
    return [...this.bound.values()]
  }

  /** Names of the tensors that have axes and were bound on none. */
  get unbound(): readonly string[] {
    const named = new Set(this.axes.map(({ tensor }) => tensor))
    return [...this.shapes]
      .filter(([name, shape]) => shape.length > 0 && !named.has(name))
      .map(([name]) => name)
  }

  channels(count: number): Channel[] {
    return this.classes.create(count)
  }

  bind(tensor: string, axis: number, role: 'output' | 'input', channels: readonly Channel[]): void {
    const length = this.shapeOf(tensor)[axis]
    if (length === undefined)
      throw new Problem('usage', `the wiring binds axis ${axis} of ${tensor}, which has no such axis`, {
        hint: `Its shape is [${this.shapeOf(tensor).join(', ')}]; axes count from 0.`,
      })
    if (length !== channels.length)
      throw new Problem(
        'usage',
        `${tensor} has ${length} entries along axis ${axis} for ${channels.length} channels of features`,
        {
          hint:
            role === 'input'
              ? 'Give the layer as many inputs as the layers before it have outputs.'
              : 'Give the layer as many channels as the features that it belongs to.',
        },
      )
    if (role === 'output') for (const channel of channels) if (channel !== null) this.made.add(channel)
    const place = `${tensor}/${axis}`
    const before = this.bound.get(place)
    if (!before) {
      this.bound.set(place, { tensor, axis, role, channels })
      return
    }
    if (before.role !== role)
      throw new Problem('usage', `axis ${axis} of ${tensor} is bound both as input and as output`, {
        hint: 'Bind what makes a channel or belongs to it as output, and what reads it as input.',
      })
    // A layer used twice has one set of filters for both streams.
    this.unite(before.channels, channels)
  }

  unite(a: readonly Channel[], b: readonly Channel[]): void {
    if (a.length !== b.length)
      throw new Problem('usage', `features of ${a.length} and of ${b.length} channels are added`, {
        hint: 'Give the branches of a residual the same number of outputs.',
      })
    a.forEach((channel, i) => this.classes.unite(channel, b[i] as Channel))
  }

  operation(kind: LayerOperation['kind'], tensor: string, positions: number): void {
    this.shapeOf(tensor)
    this.operations.push({ layer: layerOf(tensor), tensor, positions, kind })
  }

  private shapeOf(tensor: string): readonly number[] {
    const shape = this.shapes.get(tensor)
    if (!shape)
      throw new Problem('usage', `the wiring speaks of ${tensor}, which is no parameter or buffer`, {
        hint: `The model has ${[...this.shapes.keys()].join(', ')}.`,
      })
    return shape
  }
}

/** The layer that a parameter or buffer belongs to: `conv1` of `conv1/weight`. */
export function layerOf(tensor: string): string {
  const slash = tensor.lastIndexOf('/')
  return slash < 0 ? tensor : tensor.slice(0, slash)
}
