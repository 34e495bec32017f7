import { float32, sizeOf, type NamedTensors } from '../values/host-tensor.ts'
import type { AxisBinding, FilterGroup, NetworkStructure } from '../values/network-structure.ts'
import { stream, type Stream } from '../values/random.ts'

/** A network worked out by hand, with an evaluation of one image that follows the definitions, in double precision. */
export interface SmallNetwork {
  readonly structure: NetworkStructure
  readonly shapes: Readonly<Record<string, readonly number[]>>
  readonly parameters: readonly string[]
  readonly evaluate: (tensors: NamedTensors, image: readonly number[]) => number[]
  readonly pixels: number
}

/** Image 5×5×2 → conv1 (3×3) → relu → batch-norm → conv2 (2×2) → relu → flatten → fc1 → sigmoid → fc2. */
export const chain: SmallNetwork = {
  structure: structure(
    [
      { name: 'conv1', size: 3, producers: ['conv1/weight'] },
      { name: 'conv2', size: 4, producers: ['conv2/weight'] },
      { name: 'fc1', size: 5, producers: ['fc1/weight'] },
    ],
    [
      bind('conv1/weight', 3, 'output', [0, 1, 2]),
      bind('conv1/bias', 0, 'output', [0, 1, 2]),
      bind('norm1/scale', 0, 'output', [0, 1, 2]),
      bind('norm1/offset', 0, 'output', [0, 1, 2]),
      bind('norm1/mean', 0, 'output', [0, 1, 2]),
      bind('norm1/variance', 0, 'output', [0, 1, 2]),
      bind('conv2/weight', 2, 'input', [0, 1, 2]),
      bind('conv2/weight', 3, 'output', [3, 4, 5, 6]),
      bind('conv2/bias', 0, 'output', [3, 4, 5, 6]),
      bind('fc1/weight', 1, 'input', [3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 5, 6]),
      bind('fc1/weight', 0, 'output', [7, 8, 9, 10, 11]),
      bind('fc1/bias', 0, 'output', [7, 8, 9, 10, 11]),
      bind('fc2/weight', 1, 'input', [7, 8, 9, 10, 11]),
      bind('fc2/bias', 0, 'output', [-1, -1]),
    ],
  ),
  shapes: {
    'conv1/weight': [3, 3, 2, 3],
    'conv1/bias': [3],
    'norm1/scale': [3],
    'norm1/offset': [3],
    'conv2/weight': [2, 2, 3, 4],
    'conv2/bias': [4],
    'fc1/weight': [5, 16],
    'fc1/bias': [5],
    'fc2/weight': [2, 5],
    'fc2/bias': [2],
    'norm1/mean': [3],
    'norm1/variance': [3],
  },
  parameters: [
    ...['conv1/weight', 'conv1/bias', 'norm1/scale', 'norm1/offset', 'conv2/weight', 'conv2/bias'],
    ...['fc1/weight', 'fc1/bias', 'fc2/weight', 'fc2/bias'],
  ],
  pixels: 50,
  evaluate: (tensors, image) => {
    let x: Map2d = { side: 5, values: image }
    x = biased(tensors, 'conv1', convolved(tensors, 'conv1', x))
    x = normed(tensors, 'norm1', relu(x))
    x = relu(biased(tensors, 'conv2', convolved(tensors, 'conv2', x)))
    const hidden = dense(tensors, 'fc1', x.values).map((v) => 1 / (1 + Math.exp(-v)))
    return dense(tensors, 'fc2', hidden)
  },
}

/** Image 2×2×2 → stem (1×1) → relu → x; x + b(relu(a(x))) → flatten → head. Filter i of the stem and of b are one. */
export const residual: SmallNetwork = {
  structure: structure(
    [
      { name: 'stem', size: 3, producers: ['stem/weight', 'b/weight'] },
      { name: 'a', size: 2, producers: ['a/weight'] },
    ],
    [
      bind('stem/weight', 3, 'output', [0, 1, 2]),
      bind('stem/bias', 0, 'output', [0, 1, 2]),
      bind('a/weight', 2, 'input', [0, 1, 2]),
      bind('a/weight', 3, 'output', [3, 4]),
      bind('a/bias', 0, 'output', [3, 4]),
      bind('b/weight', 2, 'input', [3, 4]),
      bind('b/weight', 3, 'output', [0, 1, 2]),
      bind('b/bias', 0, 'output', [0, 1, 2]),
      bind('head/weight', 1, 'input', [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]),
    ],
  ),
  shapes: {
    'stem/weight': [1, 1, 2, 3],
    'stem/bias': [3],
    'a/weight': [1, 1, 3, 2],
    'a/bias': [2],
    'b/weight': [1, 1, 2, 3],
    'b/bias': [3],
    'head/weight': [2, 12],
    'head/bias': [2],
  },
  parameters: [
    ...['stem/weight', 'stem/bias', 'a/weight', 'a/bias'],
    ...['b/weight', 'b/bias', 'head/weight', 'head/bias'],
  ],
  pixels: 8,
  evaluate: (tensors, image) => {
    const layer = (name: string, x: Map2d) => biased(tensors, name, convolved(tensors, name, x))
    const stem = relu(layer('stem', { side: 2, values: image }))
    const branch = layer('b', relu(layer('a', stem)))
    return dense(
      tensors,
      'head',
      stem.values.map((v, i) => v + (branch.values[i] as number)),
    )
  },
}

/** Random tensors of a network, none of its numbers near 0; running variances positive. */
export function randomTensors({ shapes }: SmallNetwork, seed: number): NamedTensors {
  const random = stream(seed, 'tensors')
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const values = Float32Array.from({ length: sizeOf(shape) }, () => {
        const v = 0.1 + random.uniform()
        return name.endsWith('/variance') || random.integer(2) === 0 ? v : -v
      })
      return [name, float32(shape, values)]
    }),
  )
}

/** A random mask that keeps a filter with a probability, and in each group at least one if `alive`. */
export function randomMask(
  { groups, filters }: NetworkStructure,
  random: Stream,
  density: number,
  alive = false,
): Uint8Array {
  const mask = Uint8Array.from({ length: filters }, () => (random.uniform() < density ? 1 : 0))
  let start = 0
  for (const { size } of groups) {
    if (alive && !mask.subarray(start, start + size).includes(1)) mask[start + random.integer(size)] = 1
    start += size
  }
  return mask
}

interface Map2d {
  readonly side: number
  /** [side, side, channels], row-major. */
  readonly values: readonly number[]
}

function convolved(tensors: NamedTensors, layer: string, { side, values }: Map2d): Map2d {
  const { shape, data } = at(tensors, `${layer}/weight`)
  const [kernel, , ins, outs] = shape as [number, number, number, number]
  const result: number[] = []
  const to = side - kernel + 1
  for (let y = 0; y < to; y++)
    for (let x = 0; x < to; x++)
      for (let o = 0; o < outs; o++) {
        let sum = 0
        for (let dy = 0; dy < kernel; dy++)
          for (let dx = 0; dx < kernel; dx++)
            for (let i = 0; i < ins; i++)
              sum +=
                (values[((y + dy) * side + x + dx) * ins + i] as number) *
                (data[((dy * kernel + dx) * ins + i) * outs + o] as number)
        result.push(sum)
      }
  return { side: to, values: result }
}

function biased(tensors: NamedTensors, layer: string, { side, values }: Map2d): Map2d {
  const { data } = at(tensors, `${layer}/bias`)
  return { side, values: values.map((v, i) => v + (data[i % data.length] as number)) }
}

function normed(tensors: NamedTensors, layer: string, { side, values }: Map2d): Map2d {
  const of = (role: string, i: number) => {
    const { data } = at(tensors, `${layer}/${role}`)
    return data[i % data.length] as number
  }
  return {
    side,
    values: values.map(
      (v, i) =>
        ((v - of('mean', i)) / Math.sqrt(of('variance', i) + 1e-5)) * of('scale', i) + of('offset', i),
    ),
  }
}

function relu({ side, values }: Map2d): Map2d {
  return { side, values: values.map((v) => Math.max(v, 0)) }
}

function dense(tensors: NamedTensors, layer: string, x: readonly number[]): number[] {
  const { shape, data } = at(tensors, `${layer}/weight`)
  const [outs, ins] = shape as [number, number]
  if (ins !== x.length) throw new Error(`${layer} reads ${ins} numbers, not ${x.length}`)
  const bias = at(tensors, `${layer}/bias`).data
  return Array.from({ length: outs }, (_, o) =>
    x.reduce((sum, v, i) => sum + v * (data[o * ins + i] as number), bias[o] as number),
  )
}

function at(tensors: NamedTensors, name: string) {
  const found = tensors[name]
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

function bind(
  tensor: string,
  axis: number,
  role: 'output' | 'input',
  filters: readonly number[],
): AxisBinding {
  return { tensor, axis, role, filters: Int32Array.from(filters) }
}

function structure(groups: readonly FilterGroup[], axes: readonly AxisBinding[]): NetworkStructure {
  return { groups, filters: groups.reduce((sum, { size }) => sum + size, 0), axes, operations: [] }
}
