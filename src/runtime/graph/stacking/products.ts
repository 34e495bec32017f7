import { sizeOf } from '../../../values/host-tensor.ts'
import { reshape } from '../layout.ts'
import { matmul } from '../matmul.ts'
import type { Node } from '../node.ts'
import { dim } from '../shape.ts'
import { patches } from '../windows.ts'
import { aligned, type Stack, type Stacking, type Value } from './value.ts'

/** Members with weights of their own are a batch of products; images that meet the same filters are one longer batch. */
export const products: { readonly [K in 'matmul' | 'convolution' | 'pooling']: Stack<K> } = {
  matmul: (s, node, { transposeA, transposeB }, [a, b]) => {
    const axes = node.shape.length
    return matmul(s.g, aligned(s, a as Value, axes), aligned(s, b as Value, axes), transposeA, transposeB)
  },
  convolution: (s, node, op, [x, filter]) => {
    const { g, members } = s
    const [images, filters] = [x, filter] as [Value, Value]
    if (!filters.perMember)
      return asOneBatch(
        s,
        images.node,
        (batch, shape) => g.node(op, [batch, filters.node], node.dtype, shape),
        node,
      )
    // Convolutions in groups are slow on most engines: windows, and a product for every member.
    const lead = images.perMember ? [members] : []
    const flat = images.perMember ? merged(s, images.node) : images.node
    const [height = 0, width = 0, channels = 0, out = 0] = filters.node.shape.slice(1)
    const under = patches(g, flat, op.over, 0)
    const rows = sizeOf(under.shape) / (lead[0] ?? 1) / (height * width * channels)
    const windows = reshape(g, under, [...lead, rows, height * width * channels])
    const matrices = reshape(g, filters.node, [members, height * width * channels, out])
    return reshape(g, matmul(g, windows, matrices, false, false), [members, ...node.shape])
  },
  pooling: (s, node, op, [x]) =>
    asOneBatch(s, (x as Value).node, (batch, shape) => s.g.node(op, [batch], node.dtype, shape), node),
}

/** Computes images of all members as one batch, and gives every member its own again. */
function asOneBatch(
  s: Stacking,
  images: Node,
  compute: (batch: Node, shape: readonly number[]) => Node,
  { shape }: Node,
): Node {
  const results = compute(merged(s, images), [s.members * dim(shape, 0), ...shape.slice(1)])
  return reshape(s.g, results, [s.members, ...shape])
}

function merged({ g }: Stacking, images: Node): Node {
  const [members = 0, batch = 0, ...image] = images.shape
  return reshape(g, images, [members * batch, ...image])
}
