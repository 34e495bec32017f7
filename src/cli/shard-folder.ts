import { existsSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseResults, type ShardResults } from '../results/index.ts'
import { openStore, type ArtifactStore } from '../store/index.ts'
import { Problem } from '../values/problem.ts'
import type { Environment } from './environment.ts'

/** What a shard left: its results and its store. */
export interface ShardFolder extends ShardResults {
  readonly store: ArtifactStore
}

/** Reads the folder that a shard ran in, or a copy of its `reports/` and `.prune-bench/`. Throws a `Problem` where one is not there. */
export function readShard(suite: string, folder: string, { cwd }: Environment): ShardFolder {
  const at = resolve(cwd, folder)
  const name = relative(cwd, at) || '.'
  const file = join(at, 'reports', suite, 'results.json')
  const store = join(at, '.prune-bench')
  for (const [path, hint] of [
    [
      file,
      `it holds no report of ${suite}: name the folders that the shards ran in, or copies of their reports/ and .prune-bench/`,
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
