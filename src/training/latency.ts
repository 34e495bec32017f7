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
  readonly name: string
  readonly samples: number
  readonly medianMs: number
  readonly p25Ms: number
  readonly p75Ms: number
}

/** Each round measures every network once or for its share of the time. */
const ROUNDS = 10

/** A slow network has no more rounds than these. */
const LEAST_ROUNDS = 5

/**
 * Measures the inference time of networks of one model on the same batch: images in memory to logits, compiled and run
 * in before. The networks take turns, in rounds that begin with another one each, so that a busy moment hits all alike.
 * `milliseconds` is for each network; one whose pass is longer than a fifth of it takes five passes. `params` are
 * network tensors.
 */
export async function measureLatency(
  runtime: Runtime,
  model: Model,
  data: Pick<DatasetDescription, 'shape'>,
  networks: readonly { readonly name: string; readonly params: NamedTensors }[],
  { batch, milliseconds = 300 }: { readonly batch: number; readonly milliseconds?: number },
): Promise<readonly Latency[]> {
  if (!Number.isInteger(batch) || batch < 1 || !(milliseconds > 0))
    throw new Problem('usage', `latency cannot be measured with batch ${batch} for ${milliseconds} ms`, {
      hint: 'give at least one image and more than 0 milliseconds',
    })
  const x = drawnImages([batch, ...data.shape])
  const programs: Program<Inputs, Outputs>[] = []
  try {
    const subjects: { run: () => Promise<unknown>; samples: number[] }[] = []
    for (const { params } of networks) {
      const program = await inference(runtime, model, networkOf(model, params), x)
      programs.push(program)
      subjects.push({ run: () => program.run({ x }), samples: [] })
    }
    // The first run of a program allocates its memory.
    for (const { run } of subjects) await run()
    const budget = milliseconds * subjects.length
    const spent = () => subjects.reduce((sum, { samples }) => sum + samples.reduce((a, b) => a + b, 0), 0)
    for (let round = 0; round < ROUNDS && (round < LEAST_ROUNDS || spent() < budget); round++)
      await measureRound(rotated(subjects, round), milliseconds / ROUNDS)
    return networks.map(({ name }, i) => latencyOf(name, subjects[i]?.samples ?? []))
  } finally {
    await Promise.all(programs.map((program) => program.dispose()))
  }
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
async function measureRound(
  subjects: readonly { run: () => Promise<unknown>; samples: number[] }[],
  milliseconds: number,
): Promise<void> {
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
    if (result.state === 'completed') subjects[i]?.samples.push(...(result.latency.samples ?? []))
}

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const from = list.length === 0 ? 0 : by % list.length
  return [...list.slice(from), ...list.slice(0, from)]
}

function latencyOf(name: string, samples: readonly number[]): Latency {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (share: number) => quantile(sorted, share)
  return { name, samples: sorted.length, medianMs: at(0.5), p25Ms: at(0.25), p75Ms: at(0.75) }
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
