import { stream } from '../../values/random.ts'
import { maskSize, type StackTask } from './task.ts'

export interface RandomStack {
  /** Inputs of the first layer, then outputs of each. */
  readonly sizes: readonly number[]
  readonly images: number
  readonly seed?: number
  readonly channels?: number
  /** Which layers masks cover; all by default. */
  readonly masked?: readonly boolean[]
  readonly bias?: boolean
  /** Share of pixels that are not 0. */
  readonly lit?: number
}

/** Layers drawn as PyTorch draws them, images of random bytes in random classes. */
export function randomStack({
  sizes,
  images,
  seed = 1,
  channels = 1,
  masked,
  bias = false,
  lit = 0.5,
}: RandomStack): StackTask {
  const random = stream(seed, 'stack')
  const uniform = (n: number, bound: number) =>
    Float32Array.from({ length: n }, () => bound * (2 * random.uniform() - 1))
  const [inputs = 0] = sizes
  const classes = sizes.at(-1) as number
  return {
    layers: sizes.slice(1).map((outputs, l) => {
      const fanIn = sizes[l] as number
      return {
        inputs: fanIn,
        outputs,
        weights: uniform(fanIn * outputs, fanIn ** -0.5),
        bias: bias ? uniform(outputs, fanIn ** -0.5) : null,
        masked: masked?.[l] ?? true,
      }
    }),
    images: {
      count: images,
      pixels: Uint8Array.from({ length: images * inputs }, () =>
        random.uniform() < lit ? random.integer(256) : 0,
      ),
      labels: Uint8Array.from({ length: images }, () => random.integer(classes)),
      mean: Array.from({ length: channels }, () => random.uniform()),
      std: Array.from({ length: channels }, () => 0.2 + random.uniform()),
    },
  }
}

/** A mask that keeps about a share of the weights. */
export function randomMask(task: StackTask, share: number, name: string): Uint8Array {
  const random = stream(1, name)
  return Uint8Array.from({ length: maskSize(task) }, () => Number(random.uniform() < share))
}

/** Right answers in double precision, and how many images have their two highest logits closer than `near`. */
export function bruteForce(
  { layers, images }: StackTask,
  mask: Uint8Array,
  near = 1e-4,
): { readonly right: number; readonly close: number } {
  let [right, close] = [0, 0]
  const { count, pixels, labels, mean, std } = images
  for (let n = 0; n < count; n++) {
    const { inputs } = layers[0] as StackTask['layers'][number]
    let x = Float64Array.from(pixels.subarray(n * inputs, (n + 1) * inputs), (pixel, i) => {
      const c = i % mean.length
      return (pixel / 255 - (mean[c] as number)) / (std[c] as number)
    })
    let at = 0
    layers.forEach((layer, l) => {
      const y = Float64Array.from({ length: layer.outputs }, (_, u) => layer.bias?.[u] ?? 0)
      for (let w = 0; w < layer.weights.length; w++) {
        if (layer.masked && mask[at + w] !== 1) continue
        const u = Math.floor(w / layer.inputs)
        y[u] = (y[u] as number) + (layer.weights[w] as number) * (x[w % layer.inputs] as number)
      }
      if (layer.masked) at += layer.weights.length
      x = l + 1 < layers.length ? y.map((v) => Math.max(0, v)) : y
    })
    const sorted = x.toSorted().reverse()
    if (x.indexOf(sorted[0] as number) === labels[n]) right++
    if ((sorted[0] as number) - (sorted[1] as number) < near) close++
  }
  return { right, close }
}
