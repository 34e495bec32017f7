import { int32 } from '../../values/host-tensor.ts'
import { CHANNELS, ROWS, type RandomMaskAttributes } from '../../values/random-mask.ts'
import { cast } from './elementwise.ts'
import type { Graph } from './graph.ts'
import type { Node } from './node.ts'
import { broadcastShape, dim } from './shape.ts'

/** The mask that `randomMask` describes: [rows, channels]. */
export function randomMask(g: Graph, key: Node, channels: Node, attrs: RandomMaskAttributes): Node {
  const { rows, salt, rate } = attrs
  const number = (value: number): Node => g.splat(value, 'int32', [])
  const seed = hash(g, key, number(salt))
  const places = Int32Array.from({ length: rows }, (_, row) => row)
  const ofRows = hash(g, g.constant(int32([rows], places)), hash(g, number(ROWS), seed))
  const ofChannels = hash(g, cast(g, channels, 'int32'), hash(g, number(CHANNELS), seed))
  return g.node({ kind: 'randomMask', rate }, [ofRows, ofChannels], 'float32', [rows, dim(channels.shape, 0)])
}

/** Each value hashed with a seed, or with the seed of its row. */
export function hash(g: Graph, values: Node, seed: Node): Node {
  return g.node({ kind: 'hash' }, [values, seed], 'int32', broadcastShape([values.shape, seed.shape]))
}
