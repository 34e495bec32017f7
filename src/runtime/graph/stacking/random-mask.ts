import { dropThreshold, keptValue } from '../../../values/random-mask.ts'
import { binary, cast, compare } from '../elementwise.ts'
import { reshape } from '../layout.ts'
import { dim } from '../shape.ts'
import { whole, type Stack, type Value } from './value.ts'

/** Every member's mask from its own factors, as the kernel of one mask computes it. */
export const randomMask: Stack<'randomMask'> = (s, node, { rate }, [rows, channels]) => {
  const { g, members } = s
  const [down, across] = [whole(s, rows as Value), whole(s, channels as Value)]
  const entries = binary(
    g,
    'mul',
    reshape(g, down, [members, dim(down.shape, 1), 1]),
    reshape(g, across, [members, 1, dim(across.shape, 1)]),
  )
  const kept = compare(g, 'greaterEqual', entries, g.splat(dropThreshold(rate), 'int32', []))
  const mask = binary(g, 'mul', cast(g, kept, 'float32'), g.splat(keptValue(rate), 'float32', []))
  return reshape(g, mask, [members, ...node.shape])
}
