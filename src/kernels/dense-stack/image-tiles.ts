import { TILE, type StackLayout } from './layout.ts'
import { firstLayer, type StackTask } from './task.ts'

/** Where columns of pixels lie in a tile. Columns that are 0 in every image add nothing to a sum: they lie nowhere. */
export interface PixelColumns {
  /** By input of the first layer: bytes from a tile's beginning; −1 for dark ones. */
  readonly offsets: Int32Array
  readonly count: number
}

export function pixelColumns(task: StackTask): PixelColumns {
  const { inputs } = firstLayer(task)
  const { pixels } = task.images
  const lit = new Uint8Array(inputs)
  for (let at = 0; at < pixels.length;)
    for (let i = 0; i < inputs; i++) lit[i] = (lit[i] as number) | (pixels[at++] as number)
  let count = 0
  return { offsets: Int32Array.from(lit, (any) => (any === 0 ? -1 : TILE * count++)), count }
}

/** Writes pixels and labels of the images in an order. Places after the last image are dark and have no label. */
export function writeTiles(
  { images, layers: [first] }: StackTask,
  { offsets }: PixelColumns,
  order: Int32Array,
  memory: WebAssembly.Memory,
  layout: StackLayout,
): void {
  const inputs = first?.inputs ?? 0
  const labels = new Int32Array(memory.buffer, layout.labels, layout.tiles * TILE)
  const pixels = new Uint8Array(memory.buffer, layout.pixels, layout.tiles * layout.pixelTile)
  for (let place = 0; place < labels.length; place++) {
    const image = place < images.count ? (order[place] as number) : undefined
    labels[place] = image === undefined ? -1 : (images.labels[image] as number)
    const tile = Math.floor(place / TILE) * layout.pixelTile + (place % TILE)
    for (let i = 0; i < inputs; i++) {
      const offset = offsets[i] as number
      if (offset < 0) continue
      pixels[tile + offset] = image === undefined ? 0 : (images.pixels[image * inputs + i] as number)
    }
  }
}
