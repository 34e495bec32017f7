import type * as ort from 'onnxruntime-node'
import { float32, type HostTensor } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { deviceModel } from './device-model.ts'
import { deviceProblem } from './device-problem.ts'
import { elementOf, formed, formOf, unformed, type Form } from './form.ts'
import { loopModel } from './loop-model.ts'
import type { Ort, Session } from './session.ts'
import type { Target } from './target.ts'

/**
 * ONNX Runtime on an NVIDIA GPU, by its CUDA provider. Its tensors cannot be held from JavaScript: those of a call go to the
 * device and back, while what a loop carries stays there from step to step, as the loop is one ONNX Scan.
 * Throws a `Problem` of kind `usage` where the provider is not installed or finds no GPU.
 */
export async function cudaTarget(engine: Ort): Promise<Target> {
  const target = scanTarget(engine, ['cuda'])
  const probe = new Graph('gpu').input('float32', [2])
  try {
    const how = { isShared: () => false, precision: 'float32' } as const
    const copy = await target.openFunction('probe', { inputs: [probe], outputs: [probe] }, how)
    await copy.run([float32([2], [1, 2])])
    await copy.close()
  } catch (error) {
    const cause = error instanceof Problem ? error.cause : error
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Problem('usage', `the cuda runtime does not run here: ${why}`, {
      hint: 'It needs an NVIDIA GPU, CUDA 12, cuDNN 9 and the provider: ONNXRUNTIME_NODE_INSTALL_CUDA=v12 npm rebuild onnxruntime-node --foreground-scripts. --runtime onnx --device gpu needs none of them.',
      cause,
    })
  }
  return target
}

/** Models as they are written for GPUs, in sessions that take tensors from main memory. */
export function scanTarget(engine: Ort, executionProviders: readonly string[]): Target {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: [...executionProviders],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  }
  const open = async (
    name: string,
    model: {
      readonly bytes: Uint8Array
      readonly inputs: readonly string[]
      readonly outputs: readonly string[]
    },
    forms: readonly Form[],
    results: readonly Node[],
  ): Promise<Session> => {
    const failed = (error: unknown): never => {
      throw deviceProblem(name, error)
    }
    const session = await engine.InferenceSession.create(model.bytes, options).catch(failed)
    let closed = false
    return {
      run: async (inputs) => {
        if (closed) throw new Problem('usage', `${name} was used after it was disposed`)
        const feeds = inputs.map((tensor, i) => [model.inputs[i], tensorOf(engine, tensor, forms[i] as Form)])
        const made = await session.run(Object.fromEntries(feeds) as Record<string, ort.Tensor>).catch(failed)
        return results.map(({ dtype }, i) => {
          const { data, dims } = made[model.outputs[i] as string] as ort.Tensor
          return unformed({ data: data as Float32Array, shape: dims }, dtype)
        })
      },
      close: async () => {
        if (closed) return
        closed = true
        await session.release()
      },
    }
  }
  return {
    dialect: 'gpu',
    openFunction: (name, recorded, { precision }) => {
      const model = deviceModel(name, recorded, precision)
      const names = model.inputs.map((port) => port.name)
      return open(name, { ...model, inputs: names }, recorded.inputs.map(formOf), recorded.outputs)
    },
    openSteps: (name, step, precision) => {
      const plain = [...step.carryIn, ...step.each].map(({ dtype }) => elementOf(dtype))
      const forms = [...step.constants.map(formOf), ...plain]
      return open(name, loopModel(name, step, precision, 'gpu'), forms, [...step.carryOut, ...step.out])
    },
    dispose: () => Promise.resolve(),
  }
}

function tensorOf(engine: Ort, tensor: HostTensor, form: Form): ort.Tensor {
  const { type, data, shape } = formed(tensor, form)
  return new engine.Tensor(type as 'float32', data as Float32Array, shape)
}
