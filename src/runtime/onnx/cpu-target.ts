import type * as ort from 'onnxruntime-node'
import { loopModel } from './loop-model.ts'
import { programModel, type Model } from './model.ts'
import { openSession, type Ort } from './session.ts'
import type { Target } from './target.ts'

/**
 * Bytes from which on the engine lays out its memory as it goes: a plan made in advance takes up to twice as much. In
 * smaller programs it saves a tenth of the time.
 */
const LARGE = 2 ** 29

/** ONNX Runtime on the processor. */
export function cpuTarget(engine: Ort, threads: number): Target {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  }
  const open = (name: string, model: Model) =>
    openSession(engine, name, model, { ...options, enableMemPattern: model.computed < LARGE })
  return {
    dialect: 'cpu',
    openFunction: (name, { inputs, outputs }, { precision }) =>
      open(name, programModel(name, inputs, outputs, precision)),
    openSteps: (name, step, precision) => open(name, loopModel(name, step, precision)),
    dispose: () => Promise.resolve(),
  }
}
