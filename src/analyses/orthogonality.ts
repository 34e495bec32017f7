import type { DenseWeights } from './dense-weights.ts'

/** How far weights are from orthogonal; 0 if they are. */
export interface Orthogonality {
  /** Sanchez & Reyes 2020: mean over the entries of (WᵀW − I)², with the in×in Gram matrix. */
  readonly thesis: number
  /** Lee et al. 2020, "A Signal Propagation Perspective for Pruning Neural Networks at Initialization": ‖WWᵀ − I‖_F, with the out×out Gram matrix. */
  readonly lee: number
}

/** Both scores of each layer, and their sums over the layers, which are the network's. */
export function orthogonality(layers: readonly DenseWeights[]): Orthogonality & {
  readonly layers: readonly (Orthogonality & { readonly name: string })[]
} {
  const scores = layers.map((layer) => ({ name: layer.name, ...orthogonalityOf(layer) }))
  return {
    thesis: scores.reduce((sum, { thesis }) => sum + thesis, 0),
    lee: scores.reduce((sum, { lee }) => sum + lee, 0),
    layers: scores,
  }
}

function orthogonalityOf({ shape, values }: DenseWeights): Orthogonality {
  const [out, inputs] = shape
  if (values.length !== out * inputs)
    throw new RangeError(`${values.length} weights do not have shape [${out}, ${inputs}]`)
  // ‖WᵀW − I‖² and ‖WWᵀ − I‖² share ‖WᵀW‖² = ‖WWᵀ‖² and tr WᵀW = tr WWᵀ, so they differ by in − out:
  // the smaller Gram matrix gives both.
  const small = Math.min(out, inputs)
  const rows = out <= inputs ? Float64Array.from(values) : transposed(values, out, inputs)
  const distance = squaredDistanceFromIdentity(rows, small, Math.max(out, inputs))
  return {
    thesis: (distance + inputs - small) / inputs ** 2,
    lee: Math.sqrt(distance + out - small),
  }
}

/** ‖RRᵀ − I‖² of a row-major matrix of `count` rows. */
function squaredDistanceFromIdentity(rows: Float64Array, count: number, length: number): number {
  let total = 0
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * length, (i + 1) * length)
    total += (dot(row, row) - 1) ** 2
    for (let j = i + 1; j < count; j++)
      total += 2 * dot(row, rows.subarray(j * length, (j + 1) * length)) ** 2
  }
  return total
}

function dot(a: Float64Array, b: Float64Array): number {
  // Four sums, so that an addition need not wait for the one before.
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const whole = a.length - (a.length % 4)
  for (let i = 0; i < whole; i += 4) {
    s0 += (a[i] as number) * (b[i] as number)
    s1 += (a[i + 1] as number) * (b[i + 1] as number)
    s2 += (a[i + 2] as number) * (b[i + 2] as number)
    s3 += (a[i + 3] as number) * (b[i + 3] as number)
  }
  for (let i = whole; i < a.length; i++) s0 += (a[i] as number) * (b[i] as number)
  return s0 + s1 + s2 + s3
}

function transposed(values: Float32Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(values.length)
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c] as number
  return result
}
