import type * as ort from 'onnxruntime-node'
import type { DType, HostTensor } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import type { Model } from './model.ts'

export type Ort = typeof ort

/** A model opened for running. Tensors go in and come out in the order of the model's names. */
export interface Session {
  run(inputs: readonly HostTensor[]): Promise<HostTensor[]>
  close(): Promise<void>
}

/** Throws a `Problem` of kind `infrastructure` with ONNX Runtime's message if it refuses the model. */
export async function openSession(
  engine: Ort,
  name: string,
  model: Model,
  options: ort.InferenceSession.SessionOptions,
): Promise<Session> {
  const session = await engine.InferenceSession.create(model.bytes, options).catch((error: unknown) => {
    throw new Problem(
      'infrastructure',
      `${name}: ONNX Runtime refuses the compiled function: ${messageOf(error)}`,
      {
        hint: 'This is a fault of prune-bench; --runtime cpu runs the function without compiling it.',
        cause: error,
      },
    )
  })
  let closed = false
  const open = (): void => {
    if (closed) throw new Problem('usage', `${name} was used after it was disposed`)
  }
  return {
    run: async (inputs) => {
      open()
      const feeds: Record<string, ort.Tensor> = {}
      for (const [i, input] of inputs.entries()) feeds[model.inputs[i] as string] = tensorOf(engine, input)
      const results = await session.run(feeds).catch((error: unknown) => {
        throw new Problem('infrastructure', `${name}: ONNX Runtime failed: ${messageOf(error)}`, {
          cause: error,
        })
      })
      return model.outputs.map((output) => hostOf(results[output] as ort.Tensor))
    },
    close: async () => {
      if (closed) return
      closed = true
      await session.release()
    },
  }
}

// The engine reads the array where it is; nothing is copied.
function tensorOf(engine: Ort, { dtype, data, shape }: HostTensor): ort.Tensor {
  return new engine.Tensor(dtype as 'float32', data as Float32Array, shape)
}

function hostOf({ type, data, dims }: ort.Tensor): HostTensor {
  return { dtype: type as DType, data, shape: dims } as HostTensor
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
