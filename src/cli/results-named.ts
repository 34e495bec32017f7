import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { resolve as whatIsStored } from '../execute/index.ts'
import { goalsOf } from '../plan/index.ts'
import type { NamedResults } from '../report/index.ts'
import { parseResults } from '../results/index.ts'
import { Problem } from '../values/problem.ts'
import type { Arguments } from './arguments.ts'
import { collectResults, identityOf } from './collect.ts'
import type { Environment } from './environment.ts'
import { failuresInJournals } from './journal-failures.ts'
import { openStoreOf, prepareSuite, storeFolder } from './session.ts'

/**
 * Results that a command line names: a `results.json`, a report's folder, or a suite as `suite` or `suite:profile`, whose
 * results are taken from the store.
 */
export async function resultsNamed(word: string, args: Arguments, env: Environment): Promise<NamedResults> {
  const path = resolve(env.cwd, word)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found && !word.endsWith('.ts'))
    return fromFile(found.isDirectory() ? reportBelow(path, word) : path, env)
  if (/\.json$/.test(word)) throw notThere(word)
  return fromStore(word, args, env)
}

function fromFile(file: string, env: Environment): NamedResults {
  const name = relative(env.cwd, file)
  if (!existsSync(file)) throw notThere(name)
  const results = parseResults(readFileSync(file, 'utf8'), name)
  return { name: `${name} (${results.identity.suite}, profile ${results.identity.profile})`, results }
}

/** The `results.json` of a folder: its own, or that of the one report below it. Throws a `Problem` where there are several. */
function reportBelow(folder: string, word: string): string {
  const own = join(folder, 'results.json')
  if (existsSync(own)) return own
  const below = (at: string) =>
    readdirSync(at, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [join(at, entry.name)] : [],
    )
  const inner = below(folder)
  const found = [...inner, ...inner.flatMap(below)].filter((at) => existsSync(join(at, 'results.json')))
  const [only = folder] = found
  if (found.length < 2) return join(only, 'results.json')
  throw new Problem('usage', `${word} holds ${found.length} reports`, {
    hint: `name one of them: ${found.map((at) => join(word, relative(folder, at))).join(', ')}`,
  })
}

function notThere(file: string): Problem {
  return new Problem('usage', `there is no ${file}`, {
    hint: 'name a results.json, the folder of a report, or a suite and its profile: mlp:full',
  })
}

/** Throws a `Problem` where nothing is stored: there is nothing to compare. */
async function fromStore(word: string, args: Arguments, env: Environment): Promise<NamedResults> {
  const own: Arguments = { ...args, positionals: [word] }
  const prepared = await prepareSuite(own, env, { download: 'never' })
  const { plan, identity } = prepared
  const store = openStoreOf(own, env)
  const { compute } = await whatIsStored(plan, goalsOf(plan.cells), store)
  const failures = failuresInJournals(storeFolder(own, env), new Set(compute))
  const { suite, profile } = identity
  const all = await collectResults(identityOf(prepared, plan.cells, own), plan, plan.cells, store, failures)
  if (all.cells.every(({ status }) => status === 'cancelled')) {
    throw new Problem('nothing-matched', `no cell of ${suite}, profile ${profile}, is in the store`, {
      hint: `run it first: prune-bench ${suite} --profile ${profile}`,
    })
  }
  return { name: `${suite}, profile ${profile}, from the store`, results: all }
}
