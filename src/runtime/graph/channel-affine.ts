import { binary, isBatchMoved, only, unary } from './elementwise.ts'
import type { Graph } from './graph.ts'
import { reshape, transpose } from './layout.ts'
import type { Node } from './node.ts'
import { sameShape } from './shape.ts'

/** Images [batch, rows, columns, channels] as core · slope + shift, both of them [channels]; absent, 1 and 0. */
export interface ChannelAffine {
  readonly core: Node
  readonly slope?: Node
  readonly shift?: Node
}

/**
 * Takes from images what was done to them channel by channel at last, so that what reads them linearly does it to its
 * weights instead: factors, summands and, because max(x + b, 0) = max(x, −b) + b, the summand before a ReLU.
 */
export function channelAffine(g: Graph, images: Node): ChannelAffine {
  if (!isBatchMoved(images)) return unrectified(g, unscaled(g, { core: images }))
  const { core, ...affine } = unrectified(g, unscaled(g, { core: only(images) }))
  return { ...affine, core: transpose(g, core, [2, 0, 1, 3]) }
}

/** Leaves out factors and summands that came last. */
function unscaled(g: Graph, of: ChannelAffine): ChannelAffine {
  const { core, slope, shift } = of
  const [x, vector] = wholeAndVector(g, core)
  if (!x || !vector || core.op.kind !== 'binary') return of
  const { fn } = core.op
  if (fn === 'mul')
    return unscaled(g, { ...of, core: x, slope: slope ? binary(g, 'mul', slope, vector) : vector })
  if (fn !== 'add') return of
  const more = slope ? binary(g, 'mul', slope, vector) : vector
  return unscaled(g, { ...of, core: x, shift: shift ? binary(g, 'add', shift, more) : more })
}

function unrectified(g: Graph, of: ChannelAffine): ChannelAffine {
  const { core, slope, shift } = of
  if (core.op.kind !== 'unary' || core.op.fn !== 'relu') return of
  const before = unshifted(g, only(core))
  if (!before.shift) return of
  const more = slope ? binary(g, 'mul', slope, before.shift) : before.shift
  return {
    ...of,
    core: binary(g, 'max', before.core, unary(g, 'neg', before.shift)),
    shift: shift ? binary(g, 'add', shift, more) : more,
  }
}

function unshifted(g: Graph, core: Node, shift?: Node): ChannelAffine {
  const [x, vector] = wholeAndVector(g, core)
  if (!x || !vector || core.op.kind !== 'binary' || core.op.fn !== 'add')
    return { core, ...(shift && { shift }) }
  return unshifted(g, x, shift ? binary(g, 'add', shift, vector) : vector)
}

/** The operand of images' shape and, as [channels], the one with a number for every channel. */
function wholeAndVector(
  g: Graph,
  { inputs, shape }: Node,
): [whole: Node | undefined, vector: Node | undefined] {
  const channels = shape.at(-1) as number
  const [a, b] = inputs
  const isVector = ({ op, dtype, shape: own }: Node): boolean =>
    op.kind !== 'splat' &&
    dtype === 'float32' &&
    own.at(-1) === channels &&
    own.slice(0, -1).every((n) => n === 1)
  const vector = [a, b].find((n) => n && isVector(n))
  const whole = [a, b].find((n) => n && n !== vector && sameShape(n.shape, shape))
  return [whole, vector && reshape(g, vector, [channels])]
}
