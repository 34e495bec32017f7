import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '../values/problem.ts'
import type { Output } from './output.ts'

/** What the process was started with, as far as commands may look at it. */
export interface Environment {
  readonly cwd: string
  /** The project's folder: what plugins, store and reports belong to. */
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: Output
  readonly stderr: Output
}

/**
 * The one colour gate: `--color`/`--no-color`, then FORCE_COLOR, NO_COLOR, TERM=dumb, then whether the stream is a
 * terminal.
 */
export function useColour(flag: boolean | undefined, env: Environment['env'], isTTY: boolean): boolean {
  if (flag !== undefined) return flag
  const forced = env.FORCE_COLOR
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false'
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.TERM === 'dumb') return false
  return isTTY
}

/** Whether a stream is a terminal that lines can be redrawn on. */
export function isLive(stream: Output, env: Environment['env']): boolean {
  return stream.isTTY && env.TERM !== 'dumb'
}

/** Whether standard output is a terminal whose letters have block elements: neither a file nor a bare console. */
export function showsBars({ stdout, env }: Environment): boolean {
  return stdout.isTTY && env.TERM !== 'dumb' && env.TERM !== 'linux'
}

/** Where downloads, generated data sets and bundled plugins are kept: PRUNE_BENCH_CACHE, else the user's cache folder. */
export function cacheFolder(env: Environment['env']): string {
  const told = [env.PRUNE_BENCH_CACHE, env.XDG_CACHE_HOME && join(env.XDG_CACHE_HOME, 'prune-bench')].find(
    Boolean,
  )
  return told ?? join(homedir(), '.cache', 'prune-bench')
}

/** Where bundled plugins are kept, named by digest: every project's share one folder. */
export function bundleFolder(env: Environment['env']): string {
  return join(cacheFolder(env), 'bundles')
}

/** The user's folder of prepared data, if there is one. Throws a `Problem` where the variable names none. */
export function userDataFolder(env: Environment['env']): string | undefined {
  const folder = env.PRUNE_BENCH_DATA
  if (folder === undefined || folder === '') return undefined
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder
  throw new Problem('usage', `PRUNE_BENCH_DATA is ${folder}, which is no folder`, {
    hint: 'correct the variable, or unset it to have data downloaded or generated',
  })
}

/** The value of `CI` where it says that this is continuous integration. */
export function continuousIntegration(env: Environment['env']): string | undefined {
  return ['', '0', 'false'].includes(env.CI ?? '') ? undefined : env.CI
}

/** Columns to print for: COLUMNS, else the terminal's width, else 80. */
export function columnsOf(stream: Output, env: Environment['env']): number {
  const told = Number(env.COLUMNS)
  if (Number.isInteger(told) && told > 0) return told
  return stream.columns > 0 ? stream.columns : 80
}
