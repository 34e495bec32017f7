import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { EngineIdentity } from '../../plan/index.ts'
import { canonicalJson } from '../../values/canonical-json.ts'
import { digest } from '../../values/digest.ts'
import { Problem } from '../../values/problem.ts'
import { cacheFolder, type Environment } from '../environment.ts'
import { machineName } from '../machine.ts'
import { version } from '../version.ts'
import { writeReport } from '../write-report.ts'
import type { Paces } from './choose-engine.ts'
import { gpuHardware } from './hardware.ts'
import { ask } from './probe.ts'
import type { PaceTask } from './training-pace.ts'

/** Networks to train, and how they are called: the digest of the model's bundle. */
export type PaceQuestion = Omit<PaceTask, 'choice' | 'seconds'> & { readonly modelDigest: string }

/** The most networks that a GPU is measured with, and the most processes that stand for those of all cores. */
const MOST = { networks: 32, processes: 16 }
const SECONDS = { cpu: 1, gpu: 3 }

/** What was measured on this machine of these networks, with this engine; undefined where nothing was. */
export function recalledPaces(
  question: PaceQuestion,
  cpu: EngineIdentity,
  env: Pick<Environment, 'env'>,
): Paces | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(question, cpu, env), 'utf8')) as Paces
  } catch (error) {
    // A record that is damaged or cannot be read is as good as none.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code !== undefined) return undefined
    throw error
  }
}

/** Keeps what was measured for later runs; where that is not possible, says so. */
export function keepPaces(
  paces: Paces,
  question: PaceQuestion,
  cpu: EngineIdentity,
  env: Pick<Environment, 'env' | 'stderr'>,
): void {
  try {
    writeReport(fileOf(question, cpu, env), `${JSON.stringify(paces, null, 1)}\n`)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    env.stderr.write(`what was measured is not kept: ${error.message}\n`)
  }
}

/** Trains for a few seconds on all cores, then on the GPU. */
export async function measuredPaces(
  question: PaceQuestion,
  adapter: string,
  env: Environment,
): Promise<Paces> {
  const cores = availableParallelism()
  const processes = Math.min(cores, question.networks, MOST.processes)
  const onCpu = { runtime: 'onnx', device: 'cpu', threads: 1 } as const
  const each = await Promise.all(
    Array.from({ length: processes }, () => {
      const task = { ...question, choice: onCpu, networks: 1, seconds: SECONDS.cpu }
      return paceOf(task, env)
    }),
  )
  const busy = Math.min(cores, question.networks)
  const networks = Math.min(question.networks, MOST.networks)
  const onGpu = { runtime: 'onnx', device: 'gpu', threads: 1 } as const
  return {
    cpu: (each.reduce((sum, pace) => sum + pace, 0) * busy) / processes,
    gpu: await paceOf({ ...question, choice: onGpu, networks, seconds: SECONDS.gpu }, env),
    adapter,
    at: new Date().toISOString(),
  }
}

async function paceOf(task: PaceTask, env: Environment): Promise<number> {
  const asked = await ask('pace', task, env)
  if ('answer' in asked) return asked.answer
  throw new Problem('infrastructure', `the ${task.choice.device} cannot be measured: ${asked.failed}`, {
    hint: 'Choose a device: --device cpu or --device gpu.',
  })
}

/** Named by all that the figures may depend on. */
function fileOf(question: PaceQuestion, cpu: EngineIdentity, env: Pick<Environment, 'env'>): string {
  const { modelDigest, training, data, examples, networks } = question
  const { batchSize, optimizer } = training
  const { cards, nvidia, nodes } = gpuHardware()
  const driver = nvidia === undefined ? null : { ...nvidia }
  const document = {
    version: version(),
    machine: { name: machineName(), cards, nodes, driver, engine: { ...cpu } },
    task: {
      model: modelDigest,
      batchSize,
      optimizer: { ...optimizer },
      shape: data.shape,
      classes: data.classes,
      examples,
      networks,
    },
  }
  return join(cacheFolder(env.env), 'paces', `${digest(canonicalJson(document))}.json`)
}
