import { relative } from 'node:path'
import { builtinDatasets } from '../../datasets/index.ts'
import type { Criterion, DatasetPlugin, Model, Search, Suite } from '../../plugin/index.ts'
import { listTable } from '../../report/index.ts'
import { Problem } from '../../values/problem.ts'
import type { Command } from '../command.ts'
import { bundleFolder, type Environment } from '../environment.ts'
import { exitCodes } from '../exit-code.ts'
import { pageOf } from '../page.ts'
import { load } from '../load.ts'
import { discoverPlugins, discoverSuites, type PluginFile, type SuiteFile } from '../project.ts'
import { allowPlugins } from '../session.ts'

type Any = Suite | Criterion | Search | Model | DatasetPlugin
type Listed = Parameters<typeof listTable>[0][number]

/** `prune-bench list`: everything a suite can name, and the suites. */
export const listCommand: Command = {
  usage: '',
  summary: 'List suites, criteria, searches, models and data sets.',
  flags: ['json'],
  run: async (args, env) => {
    allowPlugins()
    const files = visible([
      ...discoverSuites(env.root).map((suite) => ({ ...suite, kind: 'suite' as const })),
      ...discoverPlugins(env.root),
    ])
    const listed = [
      ...(await describeAll(files, env, bundleFolder(env.env))),
      ...Object.entries(builtinDatasets).map(([name, { summary }]): Listed => ({
        kind: 'dataset',
        name,
        summary,
        origin: 'built-in',
      })),
    ]
    env.stdout.write(
      args.options.json === true
        ? `${JSON.stringify(listed, null, 2)}\n`
        : listTable(listed, pageOf(args, env)),
    )
    return listed.some((one) => one.problem !== undefined) ? exitCodes.usage : exitCodes.ok
  },
}

type AnyFile = PluginFile | (SuiteFile & { readonly kind: 'suite' })

/** The project's own files hide built-in ones of the same name. */
function visible(files: readonly AnyFile[]): readonly AnyFile[] {
  return [
    ...new Map([...files].reverse().map((file) => [`${file.kind}/${file.name}`, file])).values(),
  ].reverse()
}

/** All at once where all are right; one by one where one is not, so that the others are listed still. */
async function describeAll(
  files: readonly AnyFile[],
  env: Environment,
  folder: string,
): Promise<readonly Listed[]> {
  const describe = (file: AnyFile, { kind, summary }: Any): Listed => ({
    kind,
    name: file.name,
    summary,
    origin: file.origin === 'built-in' ? 'built-in' : relative(env.cwd, file.file),
  })
  try {
    const loaded = await load<Any>(files, env.root, folder)
    return files.map((file, i) => describe(file, (loaded[i] as (typeof loaded)[number]).value))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
  return Promise.all(
    files.map(async (file): Promise<Listed> => {
      try {
        const [one] = await load<Any>([file], env.root, folder)
        return describe(file, (one as NonNullable<typeof one>).value)
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        return {
          kind: file.kind,
          name: file.name,
          summary: '',
          origin: relative(env.cwd, file.file),
          problem: error.message,
        }
      }
    }),
  )
}
