import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { registerRandomMask } from '../runtime/eager/random-mask.ts'
import { float32, sizeOf, type HostTensor, type NamedTensors } from '../values/host-tensor.ts'
import type { NetworkStructure } from '../values/network-structure.ts'
import { stream } from '../values/random.ts'
import type { Model } from './model.ts'

/** tfjs' reference backend, with the kernel that dropout is made of. */
export async function useReference(): Promise<void> {
  await tf.setBackend('cpu')
  registerRandomMask('cpu')
}

/** A network as it is at the beginning. */
export function initialised(model: Model, seed: number): NamedTensors {
  return Object.fromEntries([
    ...model.parameters.map(({ name, shape, init }) => [
      name,
      float32(shape, init(shape, stream(seed, `init/${name}`))),
    ]),
    ...model.buffers.map(({ name, shape, init }) => [name, float32(shape, init(shape))]),
  ]) as NamedTensors
}

/** A network with biases, batch-norms and running statistics that are neither 0 nor 1, as after training. */
export function trained(initial: NamedTensors, seed: number): NamedTensors {
  return mapTensors(initial, (tensor, name) => {
    const random = stream(seed, `trained/${name}`)
    const changes: Readonly<Record<string, (x: number) => number>> = {
      bias: () => random.normal(),
      scale: () => 0.5 + random.uniform(),
      offset: () => 0.5 * random.normal(),
      mean: () => 0.5 * random.normal(),
      variance: () => 0.5 + random.uniform(),
    }
    const change = changes[name.slice(name.lastIndexOf('/') + 1)]
    return change ? float32(tensor.shape, Float32Array.from(tensor.data, change)) : tensor
  })
}

/** Random images as [batch, height, width, channels]. */
export function images(model: Model, batch: number, seed: number): HostTensor {
  const shape = [batch, ...model.input]
  const random = stream(seed, 'images')
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
  )
}

/** What a network gives for images, and the buffers that it changes: in inference if `step` is null. */
export function run(
  model: Model,
  tensors: NamedTensors,
  x: HostTensor,
  step: number | null = null,
): { readonly output: HostTensor; readonly buffers: NamedTensors } {
  const own = (specs: readonly { readonly name: string }[]) =>
    Object.fromEntries(specs.map(({ name }) => [name, upload(tensors[name] as HostTensor)]))
  let found: { output: HostTensor; buffers: NamedTensors } | undefined
  tf.tidy(() => {
    const result = model.forward({
      params: own(model.parameters),
      buffers: own(model.buffers),
      x: upload(x) as tf.Tensor4D,
      training: step === null ? null : tf.scalar(step, 'int32'),
    })
    const { output, buffers } = result instanceof tf.Tensor ? { output: result, buffers: {} } : result
    const changed = Object.entries(buffers).map(([name, value]) => [name, download(value)])
    found = { output: download(output), buffers: Object.fromEntries(changed) as NamedTensors }
  })
  return found as { output: HostTensor; buffers: NamedTensors }
}

/** The tensors with some entries replaced: those along bound axes of a role that follow a filter. */
export function replaced(
  tensors: NamedTensors,
  structure: NetworkStructure,
  role: 'output' | 'input',
  filter: number,
  value: (index: number) => number,
): NamedTensors {
  return mapTensors(tensors, (tensor, name) => {
    const data = Float32Array.from(tensor.data)
    for (const binding of structure.axes) {
      if (binding.tensor !== name || binding.role !== role) continue
      data.forEach((_, i) => {
        const along = coordinate(tensor.shape, i, binding.axis)
        if (binding.filters[along] === filter) data[i] = value(i)
      })
    }
    return float32(tensor.shape, data)
  })
}

/** The network without the filters that are 0 in a mask: a plain reference of deletion. */
export function without(tensors: NamedTensors, structure: NetworkStructure, mask: Uint8Array): NamedTensors {
  return mapTensors(tensors, (tensor, name) => {
    const { shape, data } = tensor
    const kept = shape.map((length, axis) => {
      const binding = structure.axes.find((one) => one.tensor === name && one.axis === axis)
      const stays = (filter: number) => filter < 0 || mask[filter] === 1
      return Array.from({ length }, (_, i) => i).filter((i) => stays(binding?.filters[i] ?? -1))
    })
    const places = kept.reduce<number[]>(
      (rows, along, axis) => rows.flatMap((row) => along.map((i) => row * (shape[axis] as number) + i)),
      [0],
    )
    return float32(
      kept.map(({ length }) => length),
      Float32Array.from(places, (place) => data[place] as number),
    )
  })
}

function coordinate(shape: readonly number[], index: number, axis: number): number {
  return Math.floor(index / sizeOf(shape.slice(axis + 1))) % (shape[axis] as number)
}

function mapTensors(
  tensors: NamedTensors,
  map: (tensor: HostTensor, name: string) => HostTensor,
): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor, name)]))
}

function upload({ data, shape }: HostTensor): tf.Tensor {
  return tf.tensor(Float32Array.from(data), [...shape])
}

function download(tensor: tf.Tensor): HostTensor {
  return float32(tensor.shape, Float32Array.from(tensor.dataSync()))
}
