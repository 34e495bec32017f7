import { availableParallelism, totalmem } from 'node:os'
import { builtinDatasets, locate } from '../../datasets/index.ts'
import { wrap } from '../../report/index.ts'
import { describeRuntime, type RuntimeReport } from '../../runtime/index.ts'
import type { DatasetSource } from '../../values/dataset.ts'
import type { Command } from '../command.ts'
import { cacheFolder, columnsOf, userDataFolder, type Environment } from '../environment.ts'
import { exitCodes } from '../exit-code.ts'
import { lookForGpus, type GpuView } from '../gpu/look.ts'
import { ask, probe } from '../gpu/probe.ts'
import { storeFolder } from '../session.ts'
import { version } from '../version.ts'

/** `prune-bench doctor`: what this machine can compute with, which data are there, and how to get the rest. */
export const doctorCommand: Command = {
  usage: '',
  summary: 'Show GPUs, engines, data sets and folders, what is missing and how to get it.',
  flags: ['store', 'ops'],
  run: async (args, env) => {
    const [gpu, cuda, tensorflow] = await Promise.all([
      lookForGpus(env),
      probe({ runtime: 'cuda', device: 'auto', threads: 1 }, env),
      probe({ runtime: 'tensorflow', device: 'auto', threads: 1 }, env),
    ])
    const onCpu = (runtime: 'onnx' | 'wasm' | 'cpu') =>
      describeRuntime({ runtime, device: 'cpu', threads: 1 })
    const onnx = await onCpu('onnx')
    const sections: Readonly<Record<string, readonly Finding[]>> = {
      GPUs: gpuFindings(gpu),
      'engines (--runtime)': [
        ['onnx', ...engineFinding(onnx)],
        ['onnx', ...engineFinding(gpu.onnx)],
        ['cuda', ...engineFinding(cuda.report)],
        ['tensorflow', ...engineFinding(tensorflow.report)],
        ['webgpu', ...engineFinding(gpu.webgpu)],
        ['wasm', ...engineFinding(await onCpu('wasm'))],
        ['cpu', ...engineFinding(await onCpu('cpu'))],
      ],
      ...(args.options.ops === true ? { 'operations on the GPU': await opFindings(gpu.onnx, env) } : {}),
      'data sets': await Promise.all(
        Object.entries(builtinDatasets).map(([name, source]) => dataFinding(name, source, env)),
      ),
      folders: [
        ['store', storeFolder(args, env)],
        ['data cache', `${cacheFolder(env.env)} (PRUNE_BENCH_CACHE)`],
        ['your data', `${userDataFolder(env.env) ?? 'none'} (PRUNE_BENCH_DATA)`],
      ],
    }
    const columns = columnsOf(env.stdout, env.env)
    env.stdout.write(
      [
        `prune-bench ${version()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
        `${availableParallelism()} cores (as many workers by default), ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`,
        ...Object.entries(sections).flatMap(([title, findings]) => [
          '',
          title,
          ...findings.flatMap((finding) => findingLines(finding, columns)),
        ]),
        '',
      ].join('\n'),
    )
    return onnx.available ? exitCodes.ok : exitCodes.infrastructure
  },
}

/** What is told of a thing: each text begins a line. */
type Finding = readonly [name: string, ...texts: string[]]

const MARGIN = 19

function findingLines([name, ...texts]: Finding, columns: number): readonly string[] {
  const lines = texts.flatMap((text) => wrap(text, columns - MARGIN))
  return lines.map((line, i) => `${`  ${i === 0 ? name : ''}`.padEnd(MARGIN)}${line}`)
}

function gpuFindings({ adapters, linux, advice }: GpuView): readonly Finding[] {
  const names = adapters.map(({ name, software }) =>
    software ? `${name}: software, computes on the processor; only for trying out --device gpu` : name,
  )
  return [
    names.length === 0 ? ['none', 'that WebGPU can use'] : ['adapters', ...names],
    ['--device auto', autoInWords(adapters)],
    ...(linux === undefined ? [] : driverFindings(linux)),
    ...(advice.length === 0 ? [] : [['to do', ...advice] satisfies Finding]),
  ]
}

function autoInWords([best]: GpuView['adapters']): string {
  if (best === undefined) return 'takes the processor'
  if (best.software) return 'takes the processor, as the only adapter is software'
  return 'trains on the GPU and on the processor for some seconds when a suite is new, keeps to the faster of them, and says so'
}

function driverFindings({ hardware, vulkan }: NonNullable<GpuView['linux']>): readonly Finding[] {
  const { cards, nvidia } = hardware
  const { loader, drivers } = vulkan
  const known = drivers.length === 0 ? 'no drivers' : `drivers: ${drivers.join(', ')}`
  return [
    ...(cards.length === 0 ? [] : [['cards', cards.join(', ')] satisfies Finding]),
    ...(nvidia === undefined
      ? []
      : [['NVIDIA', `driver ${nvidia.version} for ${nvidia.gpus.join(', ') || 'no GPU'}`] satisfies Finding]),
    ['Vulkan', loader === undefined ? 'not here' : `loader ${loader}, ${known}`],
  ]
}

function engineFinding(report: RuntimeReport): readonly string[] {
  if (report.available) {
    const { engine, adapter } = report
    return [`${engine.version} on the ${engine.device}${adapter === undefined ? '' : `, ${adapter.name}`}`]
  }
  // Who reads this has asked the doctor.
  const hint = report.hint?.includes('prune-bench doctor') === true ? undefined : report.hint
  return [`not here: ${report.reason}`, ...(hint === undefined ? [] : [hint])]
}

/** What the onnx runtime's GPU does not compute: a function with one of these copies tensors off it and back. */
async function opFindings(onnx: RuntimeReport, env: Environment): Promise<readonly Finding[]> {
  if (!onnx.available) return [['not known', 'as the onnx runtime finds no GPU']]
  const asked = await ask('ops', null, env)
  if ('failed' in asked) return [['not known', asked.failed]]
  const left = asked.answer.filter(({ on }) => on === 'cpu').map(({ op }) => op)
  const computed: Finding = [
    'computed there',
    `${asked.answer.length - left.length} of ${asked.answer.length}`,
  ]
  return left.length === 0 ? [computed] : [computed, ['left to the CPU', left.join(', ')]]
}

async function dataFinding(name: string, source: DatasetSource, env: Environment): Promise<Finding> {
  const located = await locate(name, source, {
    userFolder: userDataFolder(env.env),
    cacheFolder: cacheFolder(env.env),
    download: 'later',
  })
  const told =
    located.status === 'absent'
      ? `not here: ${located.why}`
      : located.status === 'present'
        ? located.origin
        : 'not here yet: a run that wants it downloads it'
  return [name, told]
}
