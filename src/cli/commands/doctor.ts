import { availableParallelism, totalmem } from 'node:os'
import { builtinDatasets } from '../../datasets/index.ts'
import { describeRuntimes, type RuntimeReport } from '../../runtime/index.ts'
import type { DatasetSource } from '../../values/dataset.ts'
import type { Command } from '../command.ts'
import { cacheFolder, userDataFolder, type Environment } from '../environment.ts'
import { exitCodes } from '../exit-code.ts'
import { storeFolder } from '../session.ts'
import { version } from '../version.ts'

/** `prune-bench doctor`: what this machine can compute with, which data are there, and how to get the rest. */
export const doctorCommand: Command = {
  usage: '',
  summary: 'Show engines, devices, data sets and folders, what is missing and how to get it.',
  flags: ['store'],
  run: async (args, env) => {
    const runtimes = await describeRuntimes()
    const lines = [
      `prune-bench ${version()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
      `${availableParallelism()} cores (as many workers by default), ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory`,
      '',
      'engines (--runtime)',
      ...runtimes.flatMap(engineLines),
      '',
      'data sets',
      ...(await Promise.all(
        Object.entries(builtinDatasets).map(([name, source]) => dataLines(name, source, env)),
      )),
      '',
      'folders',
      `  store            ${storeFolder(args, env)}`,
      `  data cache       ${cacheFolder(env.env)} (PRUNE_BENCH_CACHE)`,
      `  your data        ${userDataFolder(env.env) ?? 'none'} (PRUNE_BENCH_DATA)`,
      '',
    ]
    env.stdout.write(lines.join('\n'))
    return runtimes.some((runtime) => runtime.available && runtime.chosen)
      ? exitCodes.ok
      : exitCodes.infrastructure
  },
}

function engineLines(report: RuntimeReport): readonly string[] {
  const name = report.runtime.padEnd(16)
  if (report.available) {
    return [
      `  ${name} ${report.version} on the ${report.device}${report.chosen ? ': what --runtime auto takes' : ''}`,
    ]
  }
  return [
    `  ${name} not here: ${report.reason}`,
    ...(report.hint === undefined ? [] : [`  ${''.padEnd(16)} ${report.hint}`]),
  ]
}

async function dataLines(name: string, source: DatasetSource, env: Environment): Promise<string> {
  const located = await source.locate({
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
  return `  ${name.padEnd(16)} ${told}`
}
