import { float32, sizeOf, type NamedTensors } from '../values/host-tensor.ts'
import type { AxisBinding, LayerOperation, NetworkStructure } from '../values/network-structure.ts'

const widths = [64, 128, 256, 512] as const
/** Pixels of each convolution's output on a 32×32 image: 3×3 kernels, strides 2, 1, 2, 1, no padding. */
const pixels = [15 * 15, 13 * 13, 6 * 6, 4 * 4] as const
const starts = [0, 64, 192, 448] as const
const layers = [0, 1, 2, 3] as const

/** The thesis' basic-cnn, its structure worked out by hand: four times convolution, relu and batch-norm, then a dense layer. */
export const basicCnn: NetworkStructure = {
  groups: layers.map((l) => ({
    name: `conv${l + 1}`,
    size: widths[l],
    producers: [`conv${l + 1}/weight`],
  })),
  filters: 960,
  axes: layers.flatMap((l): AxisBinding[] => {
    const filters = Int32Array.from({ length: widths[l] }, (_, i) => starts[l] + i)
    const own = ['bias', 'scale', 'offset', 'mean', 'variance'].map((role): AxisBinding => ({
      tensor: role === 'bias' ? `conv${l + 1}/bias` : `norm${l + 1}/${role}`,
      axis: 0,
      role: 'output',
      filters,
    }))
    const reader: AxisBinding =
      l < 3
        ? { tensor: `conv${l + 2}/weight`, axis: 2, role: 'input', filters }
        : {
            tensor: 'dense/weight',
            axis: 1,
            role: 'input',
            filters: Int32Array.from({ length: 16 * 512 }, (_, i) => 448 + (i % 512)),
          }
    return [{ tensor: `conv${l + 1}/weight`, axis: 3, role: 'output', filters }, ...own, reader]
  }),
  operations: [
    ...layers.flatMap((l): LayerOperation[] => {
      const [conv, norm, positions] = [`conv${l + 1}`, `norm${l + 1}`, pixels[l]]
      return [
        { layer: conv, tensor: `${conv}/weight`, positions, kind: 'multiply' },
        { layer: conv, tensor: `${conv}/bias`, positions, kind: 'add' },
        { layer: norm, tensor: `${norm}/scale`, positions, kind: 'scale' },
      ]
    }),
    { layer: 'dense', tensor: 'dense/weight', positions: 1, kind: 'multiply' },
    { layer: 'dense', tensor: 'dense/bias', positions: 1, kind: 'add' },
  ],
}

const shapes: Readonly<Record<string, readonly number[]>> = Object.fromEntries([
  ...layers.flatMap((l) => [
    [`conv${l + 1}/weight`, [3, 3, l === 0 ? 3 : (widths[l - 1] as number), widths[l]]],
    [`conv${l + 1}/bias`, [widths[l]]],
    ...['scale', 'offset', 'mean', 'variance'].map((role) => [`norm${l + 1}/${role}`, [widths[l]]]),
  ]),
  ['dense/weight', [10, 16 * 512]],
  ['dense/bias', [10]],
]) as Record<string, readonly number[]>

export const basicCnnParameters: readonly string[] = Object.keys(shapes).filter(
  (name) => !/(mean|variance)$/.test(name),
)

/** The full network; its numbers count up. */
export const basicCnnTensors: NamedTensors = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => [
    name,
    float32(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
    ),
  ]),
)
