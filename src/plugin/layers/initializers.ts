import { sizeOf } from '../../values/host-tensor.ts'
import type { Stream } from '../../values/random.ts'
import type { Initializer } from '../model.ts'

/** U(−1/√fanIn, 1/√fanIn): PyTorch's default for the weights and biases of linear and convolutional layers. */
export function uniformFanIn(fanIn: number): Initializer {
  const bound = 1 / Math.sqrt(fanIn)
  return (shape, random) => draw(shape, () => (2 * random.uniform() - 1) * bound)
}

/** N(0, 2/(fan_in + fan_out)) of Glorot & Bengio 2010, for weights of any layer. */
export const glorotNormal: Initializer = (shape, random) => {
  const { fanIn, fanOut } = fansOf(shape)
  return normal(shape, random, Math.sqrt(2 / (fanIn + fanOut)))
}

/** N(0, 2/fan_in) of He et al. 2015, for weights of any layer before a ReLU. */
export const kaimingNormal: Initializer = (shape, random) =>
  normal(shape, random, Math.sqrt(2 / fansOf(shape).fanIn))

/** Zeros: biases beside weights with an initialisation of their own. */
export const zeros = (shape: readonly number[]): Float32Array => new Float32Array(sizeOf(shape))

/** Ones. */
export const ones = (shape: readonly number[]): Float32Array => new Float32Array(sizeOf(shape)).fill(1)

function normal(shape: readonly number[], random: Stream, deviation: number): Float32Array {
  return draw(shape, () => random.normal() * deviation)
}

function draw(shape: readonly number[], next: () => number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, next)
}

/** How many inputs an output sums over, and how many outputs an input goes to: [out, in] or [kh, kw, in, out]. */
function fansOf(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const [a = 1, b = 1] = shape.slice(-2)
  if (shape.length === 2) return { fanIn: b, fanOut: a }
  const pixels = sizeOf(shape.slice(0, -2))
  return { fanIn: pixels * a, fanOut: pixels * b }
}
