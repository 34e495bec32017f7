/** A channel of features: a number of its own, or null for one that can never be deleted (a pixel's colour, a class). */
export type Channel = number | null

/** What flows from one layer to the next, for one image. */
export interface Features {
  /** 1 × 1 for rows of features, as after `flatten`. */
  readonly height: number
  readonly width: number
  /** The channel each entry of the last axis belongs to; a channel stands there once for each pixel after `flatten`. */
  readonly channels: readonly Channel[]
}

/** What layers tell about themselves while a network is walked through. */
export interface Wiring {
  /** New channels, made by a layer. */
  channels(count: number): Channel[]
  /** The entries of a tensor along an axis make these channels or belong to them (`output`), or read them (`input`). */
  bind(tensor: string, axis: number, role: 'output' | 'input', channels: readonly Channel[]): void
  /** Two streams of features are added: their channels are the same from here on. */
  unite(a: readonly Channel[], b: readonly Channel[]): void
  /** A tensor's entries are applied at so many positions of each image; see `LayerOperation`. */
  operation(kind: 'multiply' | 'add' | 'scale', tensor: string, positions: number): void
}
