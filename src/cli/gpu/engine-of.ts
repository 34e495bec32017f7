import type { Model, SuiteSettings } from '../../plugin/index.ts'
import { createRuntime, type RuntimeChoice } from '../../runtime/index.ts'
import type { DatasetDescription } from '../../values/dataset.ts'
import type { Environment } from '../environment.ts'
import type { Loaded } from '../load.ts'
import type { SuiteRequest } from '../prepare.ts'
import { unknownName } from '../project.ts'
import { lastDevice } from '../recorded-runs.ts'
import { chooseEngine, type ChosenEngine } from './choose-engine.ts'
import { gpuOf } from './gpu-of.ts'
import { gpuHardware } from './hardware.ts'
import { keepPaces, measuredPaces, recalledPaces, type PaceQuestion } from './measured-paces.ts'

/** What is computed, as far as it tells which device is the better one. */
interface Workload {
  readonly suite: string
  readonly profile: string
  readonly settings: SuiteSettings
  readonly model: Loaded<Model>
  readonly data: DatasetDescription
}

/** The engine that workers will use: started once, so that a missing one is told before anything runs. */
export async function engineOf(
  request: SuiteRequest,
  env: Environment,
  work: Workload,
): Promise<ChosenEngine> {
  const choice: RuntimeChoice = {
    runtime: oneOf('runtime', request.runtime, [
      'auto',
      'onnx',
      'cuda',
      'tensorflow',
      'webgpu',
      'wasm',
      'cpu',
    ]),
    device: oneOf('device', request.device, ['auto', 'cpu', 'gpu']),
    threads: request.threads,
    ...(request.together === undefined ? {} : { stacked: true }),
  }
  const question = paceQuestion(work)
  return chooseEngine(choice, {
    start: async (given) => {
      const started = await createRuntime(given)
      await started.dispose()
      return started.engine
    },
    gpuOf: (given) => gpuOf(given, env),
    gpuLikely: () => process.platform !== 'linux' || gpuHardware().nodes.length > 0,
    lastDevice: () => lastDevice(request.store, work.suite, work.profile),
    sharded: request.sharded === true,
    recall: (cpu) => recalledPaces(question, cpu, env),
    ...(request.mayMeasure === true
      ? {
          measure: async (cpu, adapter) => {
            env.stderr.write(`measuring once whether ${adapter} is faster than the processor\n`)
            const paces = await measuredPaces(question, adapter, env)
            keepPaces(paces, question, cpu, env)
            return paces
          },
        }
      : {}),
  })
}

function paceQuestion({ settings, model, data }: Workload): PaceQuestion {
  const { criteria, sparsities, k, seeds, training } = settings
  const { shape, classes, mean, std, size } = data
  return {
    model: model.bundle.file,
    modelDigest: model.bundle.digest,
    training,
    data: { shape, classes, mean, std },
    examples: size.train - training.validation,
    networks: criteria.length * sparsities.length * k.length * seeds.length,
  }
}

function oneOf<const T extends string>(what: string, given: string, known: readonly T[]): T {
  const found = known.find((name) => name === given)
  if (found === undefined) throw unknownName(what, given, known, `the list of ${what}s`)
  return found
}
