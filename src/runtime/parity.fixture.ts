import type * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { sizeOf, type HostTensor, type TensorSpec } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { createEagerRuntime, createOnnxRuntime } from './index.ts'
import { isHostTensor, isSpec, leavesOf, entriesOf, grow } from './tree.ts'
import type { Host, Named, Runtime, Traced } from './types.ts'

export const f32 = (...shape: number[]): TensorSpec & { dtype: 'float32' } => ({ dtype: 'float32', shape })
export const i32 = (...shape: number[]): TensorSpec & { dtype: 'int32' } => ({ dtype: 'int32', shape })
export const u8 = (...shape: number[]): TensorSpec & { dtype: 'uint8' } => ({ dtype: 'uint8', shape })
export const bool = (...shape: number[]): TensorSpec & { dtype: 'bool' } => ({ dtype: 'bool', shape })

/** Random contents: normal draws, integers from −5 to 5, bytes, coins. */
export function randomTensor({ dtype, shape }: TensorSpec, seed: string): HostTensor {
  const draws = stream(seed, 'test')
  const length = sizeOf(shape)
  switch (dtype) {
    case 'float32':
      return { dtype, shape, data: Float32Array.from({ length }, () => draws.normal()) }
    case 'int32':
      return { dtype, shape, data: Int32Array.from({ length }, () => draws.integer(11) - 5) }
    case 'uint8':
      return { dtype, shape, data: Uint8Array.from({ length }, () => draws.integer(256)) }
    case 'bool':
      return { dtype, shape, data: Uint8Array.from({ length }, () => draws.integer(2)) }
  }
}

/** Random contents for every spec of a tree. */
export function randomTree<S>(specs: S, seed = 'inputs'): Host<S> {
  const entries = entriesOf(specs as Named<TensorSpec>, isSpec)
  return grow(
    entries.map((e) => ({ ...e, leaf: randomTensor(e.leaf, `${seed}/${e.path}`) })),
    specs as object,
  ) as Host<S>
}

/**
 * ‖a − b‖ / ‖b‖ for tensors of the same type and shape, ‖b‖ over its finite elements. Two NaNs agree, as do equal
 * infinities; a NaN or an infinity on one side only is infinitely wrong.
 */
export function relativeError(a: HostTensor, b: HostTensor): number {
  expect([a.dtype, a.shape, a.data.length]).toEqual([b.dtype, b.shape, sizeOf(b.shape)])
  expect(b.data.length).toBe(sizeOf(b.shape))
  let difference = 0
  let length = 0
  for (const [i, x] of a.data.entries()) {
    const y = b.data[i] as number
    if (Number.isNaN(x) !== Number.isNaN(y)) return Infinity
    // Equal infinities and two NaNs agree.
    if (Object.is(x, y) || x === y) continue
    difference += (x - y) ** 2
  }
  for (const y of b.data) length += Number.isFinite(y) ? y ** 2 : 0
  return Math.sqrt(difference / Math.max(length, Number.MIN_VALUE))
}

/** Checks that two trees of tensors have the same leaves, real numbers to relative L2 error 1e-5, others exactly. */
export function expectSame(actual: unknown, reference: unknown, tolerance = 1e-5): void {
  const wanted = leavesOf(reference)
  const got = new Map(leavesOf(actual).map((e) => [e.path, e.leaf]))
  expect([...got.keys()].sort()).toEqual(wanted.map((e) => e.path).sort())
  for (const { path, leaf } of wanted) {
    const other = got.get(path)
    if (!isHostTensor(leaf) || !isHostTensor(other)) throw new Error(`${path} is no tensor`)
    expect(relativeError(other, leaf), path).toBeLessThanOrEqual(leaf.dtype === 'float32' ? tolerance : 0)
  }
}

let started: Promise<{ readonly onnx: Runtime; readonly cpu: Runtime; readonly wasm: Runtime }> | undefined

/** One runtime of each kind for the tests of a file. */
export function runtimes(): Promise<{
  readonly onnx: Runtime
  readonly cpu: Runtime
  readonly wasm: Runtime
}> {
  started ??= (async () => ({
    onnx: await createOnnxRuntime({ device: 'cpu' }),
    cpu: await createEagerRuntime('cpu'),
    wasm: await createEagerRuntime('wasm'),
  }))()
  return started
}

/** What a function gives on a runtime. */
export async function runOn<S extends Named<TensorSpec>>(
  runtime: Runtime,
  signature: S,
  inputs: Host<S>,
  fn: (inputs: Traced<S>) => Named<tf.Tensor>,
): Promise<Named<HostTensor>> {
  const program = await runtime.compile<S, Named<tf.Tensor>>('test', signature, fn)
  const outputs = await program.run(inputs)
  await program.dispose()
  return outputs
}
