import * as tf from '@tensorflow/tfjs-core'
import { Bench } from 'tinybench'
import type { Model } from '../plugin/index.ts'
import type { Program, Runtime } from '../runtime/index.ts'
import type { DatasetDescription } from '../values/dataset.ts'
import {
  float32,
  sizeOf,
  type HostTensor,
  type NamedTensors,
  type TensorSpec,
} from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { infer } from './network.ts'
import { networkOf, type Network } from './network-tensors.ts'

/** Time of one forward pass of a batch, in milliseconds: the median and the quartiles of all samples. */
export interface Latency {
  readonly samples: number
  readonly medianMs: number
  readonly p25Ms: number
  readonly p75Ms: number
}

/** How many times as fast as another network one is, round by round. */
export interface Speedup {
  readonly median: number
  /** Confidence interval of the median, of at least 95 %. */
  readonly low: number
  readonly high: number
}

/** Each round measures every network once, or for its share of the time. */
const ROUNDS = 20

/** A slow network has no more rounds than these; fewer have no interval of 95 %. */
const LEAST_ROUNDS = 6

/**
 * Measures the inference time of a full network and others of the same model on the same batch: images in memory to logits,
 * compiled and run in before. The networks take turns, in rounds of a random order each (of a fixed seed), so that a busy
 * moment hits all alike; how much faster one is comes from comparing it with the full network round by round.
 * `milliseconds` is for each network; one whose pass is longer than a sixth of it takes six passes. Networks are given as
 * network tensors.
 */
export async function measureLatency(
  runtime: Runtime,
  model: Model,
  data: Pick<DatasetDescription, 'shape'>,
  full: NamedTensors,
  others: readonly NamedTensors[],
  { batch, milliseconds = 300 }: { readonly batch: number; readonly milliseconds?: number },
): Promise<{
  readonly full: Latency
  readonly others: readonly (Latency & { readonly speedup: Speedup })[]
}> {
  if (!Number.isInteger(batch) || batch < 1 || !(milliseconds > 0))
    throw new Problem('usage', `latency cannot be measured with batch ${batch} for ${milliseconds} ms`, {
      hint: 'give at least one image and more than 0 milliseconds',
    })
  const x = drawnImages([batch, ...data.shape])
  const programs: Program<Inputs, Outputs>[] = []
  try {
    const subjects: Subject[] = []
    for (const params of [full, ...others]) {
      const program = await inference(runtime, model, networkOf(model, params), x)
      programs.push(program)
      subjects.push({ run: () => program.run({ x }), rounds: [] })
    }
    // The first run of a program allocates its memory.
    for (const { run } of subjects) await run()
    const budget = milliseconds * subjects.length
    const spent = () => subjects.flatMap(({ rounds }) => rounds.flat()).reduce((a, b) => a + b, 0)
    const random = stream(0, 'latency/order')
    for (let round = 0; round < ROUNDS && (round < LEAST_ROUNDS || spent() < budget); round++) {
      const order = [...random.permutation(subjects.length)].map((i) => subjects[i] as Subject)
      await measureRound(order, milliseconds / ROUNDS)
    }
    const [reference = [], ...compared] = subjects.map(({ rounds }) => rounds)
    return {
      full: latencyOf(reference),
      others: compared.map((rounds) => ({ ...latencyOf(rounds), speedup: speedupOf(reference, rounds) })),
    }
  } finally {
    await Promise.all(programs.map((program) => program.dispose()))
  }
}

/** A network that is timed: milliseconds of each pass, by round. */
interface Subject {
  readonly run: () => Promise<unknown>
  readonly rounds: (readonly number[])[]
}

/**
 * How many times as fast as a reference a network is, from the times of both in the same rounds: the median over rounds of
 * the ratio of their medians, and its distribution-free interval from the k-th smallest to the k-th largest ratio (that of the
 * sign test; David & Nagaraja, Order Statistics, 7.1), which holds whatever disturbs a few rounds.
 */
export function speedupOf(
  reference: readonly (readonly number[])[],
  rounds: readonly (readonly number[])[],
): Speedup {
  const ratios = rounds.map((times, i) => median(reference[i] ?? []) / median(times)).sort((a, b) => a - b)
  const k = outermost(ratios.length)
  return { median: quantile(ratios, 0.5), low: ratios[k] as number, high: ratios.at(-1 - k) as number }
}

/** How many of n sorted values may be cut off at each end so that the rest encloses the median in 95 % of cases. */
function outermost(n: number): number {
  let [k, term, below] = [0, 0.5 ** n, 0.5 ** n]
  for (; k < n / 2; k++) {
    term *= (n - k) / (k + 1)
    if (below + term > 0.025) return k
    below += term
  }
  return k
}

type Inputs = { x: TensorSpec }
type Outputs = { output: tf.Tensor }

/** With the weights as part of the program, as networks are deployed: engines may prepare them beforehand. */
function inference(
  runtime: Runtime,
  model: Model,
  { params, buffers }: Network<HostTensor>,
  { dtype, shape }: HostTensor,
): Promise<Program<Inputs, Outputs>> {
  return runtime.compile<Inputs, Outputs>('inference', { x: { dtype, shape } }, ({ x }) => {
    const network = { params: constants(params), buffers: constants(buffers) }
    return { output: infer(model, network, x as tf.Tensor4D).output }
  })
}

/**
 * Biases and batch-norms are drawn: time does not depend on them, but initial ones are zeros and ones, which an engine
 * may leave out as it could not in a trained network.
 */
function constants(tensors: Readonly<Record<string, HostTensor>>): Record<string, tf.Tensor> {
  const random = stream(0, 'latency/vectors')
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => {
      const values = shape.length < 2 ? Float32Array.from(data, () => 0.5 + random.uniform()) : data
      return [name, tf.tensor(values, [...shape], 'float32')]
    }),
  )
}

/** At least one run of each, more where its share of the time lasts. */
async function measureRound(subjects: readonly Subject[], milliseconds: number): Promise<void> {
  const bench = new Bench({
    time: milliseconds,
    iterations: 1,
    warmup: false,
    retainSamples: true,
    throws: true,
  })
  for (const [i, { run }] of subjects.entries()) bench.add(String(i), run, { async: true })
  const tasks = await bench.run()
  for (const [i, { result }] of tasks.entries())
    subjects[i]?.rounds.push(result.state === 'completed' ? (result.latency.samples ?? []) : [])
}

function latencyOf(rounds: readonly (readonly number[])[]): Latency {
  const sorted = rounds.flat().sort((a, b) => a - b)
  const at = (share: number) => quantile(sorted, share)
  return { samples: sorted.length, medianMs: at(0.5), p25Ms: at(0.25), p75Ms: at(0.75) }
}

function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
}

/** Of sorted numbers, linear between the two nearest. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN]
  return below + (above - below) * (place - Math.floor(place))
}

function drawnImages(shape: readonly number[]): HostTensor {
  const random = stream(0, 'latency/images')
  // About as normalised images are: values in the usual range, none of them so small that it is slow to compute with.
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => 4 * random.uniform() - 2),
  )
}
