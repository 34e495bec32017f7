import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseResults, type ShardResults } from '../results/index.ts'
import { openStore, type ArtifactStore } from '../store/index.ts'
import { Problem } from '../values/problem.ts'
import type { Environment } from './environment.ts'
import type { ReportAbout } from './report-folder.ts'

/** What a shard left: its results and its store. */
export interface ShardFolder extends ShardResults {
  readonly store: ArtifactStore
}

/**
 * Reads the folder that a shard ran in, or a copy of its `reports/` and `.prune-bench/`; `data` names the data set whose report
 * is meant, where several may be. Throws a `Problem` where one is not there.
 */
export function readShard(
  about: Pick<ReportAbout, 'suite' | 'profile'>,
  folder: string,
  { cwd }: Environment,
  data: string | undefined,
): ShardFolder {
  const at = resolve(cwd, folder)
  const name = relative(cwd, at) || '.'
  const file = shardReport(about, at, data)
  const store = join(at, '.prune-bench')
  for (const [path, hint] of [
    [
      file,
      `it holds no report of ${about.suite}, profile ${about.profile}: name the folders that the shards ran in, or copies of their reports/ and .prune-bench/`,
    ],
    [
      store,
      'copy the store of the shard, too; actions/upload-artifact leaves it out without include-hidden-files',
    ],
  ] as const) {
    if (!existsSync(path)) throw new Problem('usage', `there is no ${relative(cwd, path)}`, { hint })
  }
  return {
    name,
    results: parseResults(readFileSync(file, 'utf8'), relative(cwd, file)),
    store: openStore(store),
  }
}

/** The report of a shard lies by the data set that it had, which need not be here. Throws a `Problem` where several may be meant. */
function shardReport(
  { suite, profile }: Pick<ReportAbout, 'suite' | 'profile'>,
  at: string,
  data: string | undefined,
): string {
  const above = join(at, 'reports', suite, profile)
  const found = (data === undefined ? readdirIfThere(above) : [data])
    .map((data) => join(above, data, 'results.json'))
    .filter((file) => existsSync(file))
  const [only = join(above, data ?? '…', 'results.json')] = found
  if (found.length < 2) return only
  throw new Problem('usage', `${at} holds reports of several data sets: ${found.join(', ')}`, {
    hint: 'say which with --data, or leave the report of this run alone there',
  })
}

function readdirIfThere(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : []
}
