import type { EngineIdentity } from '../../plan/index.ts'
import type { RuntimeChoice } from '../../runtime/index.ts'
import { Problem } from '../../values/problem.ts'
import type { GpuOf } from './gpu-of.ts'

/** Steps of training a second, of all networks that a device trains at the same time. */
export interface Paces {
  readonly cpu: number
  readonly gpu: number
  /** The GPU's name. */
  readonly adapter: string
  /** When it was measured, ISO 8601. */
  readonly at: string
}

/** All that the choice of an engine asks of the world. */
export interface EngineDoors {
  /** Starts a runtime that needs no GPU. */
  readonly start: (choice: RuntimeChoice) => Promise<EngineIdentity>
  /** Starts one that may use a GPU, where that may fail in any way. */
  readonly gpuOf: (choice: RuntimeChoice) => Promise<GpuOf>
  /** Whether a GPU is likely: a look at files, cheap enough for every start. */
  readonly gpuLikely: () => boolean
  /** The device that was chosen for the suite the last time. */
  readonly lastDevice: () => string | undefined
  /** What was measured on this machine earlier. */
  readonly recall: (cpu: EngineIdentity) => Paces | undefined
  /** Whether other machines must choose alike, which know nothing of this one's past. */
  readonly sharded: boolean
  /** Measures both devices; absent where nothing may be measured now. */
  readonly measure?: (cpu: EngineIdentity, adapter: string) => Promise<Paces>
}

/** The engine that a suite is computed with, and what a user should know of the choice. */
export interface ChosenEngine {
  readonly engine: EngineIdentity
  /** Whether the suite is to stay on the device; not where that is only what was left, and the next run asks again. */
  readonly settled: boolean
  readonly notes: readonly string[]
}

/**
 * The engine of a choice. `auto` leaves a suite where it was computed the last time; a new one is measured once, where
 * there is a GPU. Throws a `Problem` if the runtime or the device is not to be had.
 */
export async function chooseEngine(choice: RuntimeChoice, doors: EngineDoors): Promise<ChosenEngine> {
  if (mayUseGpu(choice)) return onGpu(choice, doors)
  const engine = await doors.start(choice)
  return choice.device === 'auto' && engine.runtime === 'onnx'
    ? auto(choice, engine, doors)
    : { engine, settled: true, notes: [] }
}

function mayUseGpu({ runtime, device }: RuntimeChoice): boolean {
  switch (runtime) {
    case 'auto':
    case 'onnx':
      return device === 'gpu'
    case 'webgpu':
      return device !== 'cpu'
    case 'cuda':
    case 'tensorflow':
      return true
    case 'wasm':
    case 'cpu':
      return false
  }
}

async function onGpu(choice: RuntimeChoice, doors: EngineDoors): Promise<ChosenEngine> {
  const { report, adapter, advice } = await doors.gpuOf(choice)
  if (!report.available) {
    const hint = advice[0] ?? report.hint
    throw new Problem(report.kind, report.reason, hint === undefined ? {} : { hint })
  }
  const notes =
    adapter?.software === true
      ? [
          `device: ${adapter.name} is a program, no GPU: it computes on the processor, and slower than --device cpu`,
        ]
      : []
  return { engine: report.engine, settled: true, notes }
}

async function auto(choice: RuntimeChoice, cpu: EngineIdentity, doors: EngineDoors): Promise<ChosenEngine> {
  const onCpu = (why: string): ChosenEngine => ({ engine: cpu, settled: true, notes: [why] })
  const leftWithCpu = (...notes: string[]): ChosenEngine => ({ engine: cpu, settled: false, notes })
  const gpuLikely = doors.gpuLikely()
  if (doors.sharded) return leftWithCpu(...(gpuLikely ? [ALIKE] : []))
  const last = doors.lastDevice()
  if (!gpuLikely) return last === 'gpu' ? leftWithCpu(LEFT_ON_GPU) : { engine: cpu, settled: true, notes: [] }
  if (last === 'cpu')
    return onCpu('device: the processor, as in the last run of this suite (--device gpu takes the GPU)')
  const known = last === 'gpu' ? undefined : doors.recall(cpu)
  if (known !== undefined && known.cpu >= known.gpu) return onCpu(inWords(known))
  if (last === undefined && known === undefined && doors.measure === undefined) return leftWithCpu(UNMEASURED)
  const { report, adapter, advice } = await doors.gpuOf({ ...choice, device: 'gpu' })
  if (!report.available) return leftWithCpu(`device: the processor; ${report.reason}`, ...advice)
  if (adapter?.software === true) return leftWithCpu(...(last === 'gpu' ? [LEFT_ON_GPU] : []))
  const onThat = (why: string): ChosenEngine => ({ engine: report.engine, settled: true, notes: [why] })
  const name = adapter?.name ?? 'a GPU'
  if (last === 'gpu')
    return onThat(`device: ${name}, as in the last run of this suite (--device cpu: the processor)`)
  try {
    const paces = known ?? (await doors.measure?.(cpu, name))
    if (paces === undefined) return leftWithCpu(UNMEASURED)
    return paces.gpu > paces.cpu ? onThat(inWords(paces)) : onCpu(inWords(paces))
  } catch (error) {
    if (error instanceof Problem) return leftWithCpu(`device: the processor; ${error.message}`)
    throw error
  }
}

const LEFT_ON_GPU =
  'device: the processor; what the last run of this suite computed on a GPU is not used (--device gpu)'

const ALIKE =
  'device: the processor, as shards on several machines must agree (--device gpu, on each: the GPU, if all have one)'

const UNMEASURED =
  'device: the processor, until prune-bench run measures whether the GPU is faster (--device gpu takes it)'

function inWords({ cpu, gpu, adapter, at }: Paces): string {
  const [winner, better, worse] = gpu > cpu ? [adapter, gpu, cpu] : ['the processor', cpu, gpu]
  const loser = gpu > cpu ? 'the processor' : adapter
  const steps = (pace: number) => Math.round(pace).toLocaleString('en-US')
  return `device: ${winner}, ${steps(better)} training steps a second against ${steps(worse)} on ${loser}, measured ${at.slice(0, 10)}`
}
