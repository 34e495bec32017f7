import { join, resolve } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as api from '../index.ts'
import { openStore, type ArtifactStore } from '../store/index.ts'
import type { Quarantined } from '../store/index.ts'
import { Problem } from '../values/problem.ts'
import { wholeNumber, wholeNumbers, type Arguments, type FlagName } from './arguments.ts'
import { shareModules } from './bundle.ts'
import type { Environment } from './environment.ts'
import { prepare, type Prepared, type SuiteRequest } from './prepare.ts'

/** Options that say which cells of a suite, computed how. */
export const suiteFlags: readonly FlagName[] = [
  'profile',
  'data',
  'filter',
  'seed',
  'runtime',
  'device',
  'threads',
  'together',
  'store',
  'quiet',
]

/** Options without which a command typed next would be about other results, as they were given; with a space before each. */
export function sameSuite({ options }: Pick<Arguments, 'options'>): string {
  return suiteFlags
    .filter((name) => name !== 'filter' && name !== 'quiet' && options[name] !== undefined)
    .map((name) => ` --${name} ${shellWord(String(options[name]))}`)
    .join('')
}

/** A value as it is typed: in quotes where it has other characters than those that shells leave alone. */
export function shellWord(value: string): string {
  return /^[\w./:=,@%+-]+$/.test(value) ? value : JSON.stringify(value)
}

/** Makes plugins loadable in this process. */
export function allowPlugins(): void {
  shareModules({ 'prune-bench': api, '@tensorflow/tfjs-core': tf })
}

export function storeFolder(args: Arguments, env: Environment): string {
  return args.options.store === undefined
    ? join(env.root, '.prune-bench')
    : resolve(env.cwd, args.options.store)
}

/** Opens the store for one command, telling of bad artifacts as they are found. */
export function openStoreOf(
  args: Arguments,
  env: Environment,
  onQuarantine = ({ file, movedTo }: Quarantined) =>
    env.stderr.write(`damaged in the store: ${file}; moved to ${movedTo}; the next run computes it anew\n`),
): ArtifactStore {
  return openStore(storeFolder(args, env), { onQuarantine, remember: true })
}

/** The suite that a command line is about, resolved. */
export async function prepareSuite(
  args: Arguments,
  env: Environment,
  access: Pick<SuiteRequest, 'download' | 'report' | 'mayMeasure' | 'anyData'>,
): Promise<Prepared> {
  const [suite, ...more] = args.positionals
  if (suite === undefined) {
    throw new Problem('usage', 'no suite was named', {
      hint: 'write prune-bench suites/mlp.suite.ts; prune-bench list shows all suites',
    })
  }
  if (more.length > 0)
    throw new Problem('usage', `one suite at a time: ${more.join(' ')} is too much`, {
      hint: `run ${suite} first`,
    })
  const { options } = args
  const named = suiteNamed(suite, options.profile)
  allowPlugins()
  const prepared = await prepare(
    {
      ...named,
      data: options.data,
      seeds: wholeNumbers('seed', options.seed),
      runtime: options.runtime ?? 'auto',
      device: options.device ?? 'auto',
      threads: wholeNumber('threads', options.threads, 1) ?? 1,
      together: wholeNumber('together', options.together, 1),
      sharded: options.shard !== undefined,
      store: storeFolder(args, env),
      ...access,
    },
    env,
  )
  if (options.quiet !== true) for (const note of prepared.notes) env.stderr.write(`${note}\n`)
  return prepared
}

/** A suite as commands name it: `mlp`, `suites/mlp.suite.ts`, or with its profile, `mlp:full`. */
export function suiteNamed(word: string, given: string | undefined): Pick<SuiteRequest, 'suite' | 'profile'> {
  const [, suite, profile] = /^(.+):([^:/\\]+)(?<!\.ts)$/.exec(word) ?? []
  if (suite === undefined || profile === undefined) return { suite: word, profile: given }
  if (given === undefined || given === profile) return { suite, profile }
  throw new Problem('usage', `${word} names the profile ${profile}, and --profile ${given}`, {
    hint: 'leave one of them out',
  })
}
