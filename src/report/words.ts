import type { CellRecord, Group, Statistic } from '../results/index.ts'

/** How a cell ended, for people: one whose units are not all there was not run, or not to the end. */
export const statusWords: Readonly<Record<CellRecord['status'], string>> = {
  ok: 'ok',
  collapsed: 'collapsed',
  failed: 'failed',
  cancelled: 'not run',
}

/** `12,345`. */
export function integer(n: number): string {
  return Math.round(n).toLocaleString('en-US')
}

/** `1 seed`, `3 seeds`. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${integer(n)} ${n === 1 ? noun : plural}`
}

/** The cells of a group: `3 seeds`; `6 cells` where a search was repeated on each seed's weights. */
export function cellsOf({ statuses, seeds }: Pick<Group, 'statuses' | 'seeds'>): string {
  const cells = Object.values(statuses).reduce((sum, n) => sum + n, 0)
  return counted(cells, cells === seeds.length ? 'seed' : 'cell')
}

/** What draws a cell's random numbers: `seed 1`; `seed 1, search 2` of a repeated search. */
export function seedOf({ seed, searchSeed }: CellRecord['point']): string {
  return `seed ${seed}${searchSeed === undefined ? '' : `, search ${searchSeed}`}`
}

/** A share as a percentage with no more digits than it needs: `90 %`, `99.5 %`. */
export function share(s: number): string {
  return `${Number((100 * s).toFixed(4))} %`
}

/** `98.47 ±0.05`; without a spread where there is one value, a dash where there is none. */
export function meanAndSpread(statistic: Statistic | null, digits: number): string {
  if (statistic === null) return '–'
  const mean = statistic.mean.toFixed(digits)
  return statistic.sd === null ? mean : `${mean} ±${statistic.sd.toFixed(digits)}`
}

/** A length of time for people: `0.4 s`, `42 s`, `3m 20s`, `1h 05m`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`
  const minutes = Math.round(seconds / 60)
  return `${integer(Math.floor(minutes / 60))}h ${two(minutes % 60)}m`
}

/** The same without parts of seconds, and without seconds above ten minutes: `5 s`, `3m 20s`, `31m`, `1h 05m`. */
export function roughDuration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 600) return duration(whole)
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes}m` : duration(60 * minutes)
}

/** A large count with a unit prefix and three digits: `3.21 T`. */
export function magnitude(n: number): string {
  for (const [prefix, size] of prefixes) {
    if (n >= 0.9995 * size) return `${(n / size).toPrecision(3)} ${prefix}`
  }
  return String(Math.round(n))
}

const prefixes = [
  ['E', 1e18],
  ['P', 1e15],
  ['T', 1e12],
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
] as const

/** The same without a space, for columns: `1.63M`. */
export function compact(n: number): string {
  return magnitude(n).replace(' ', '')
}

/** How many times as much: `4.2×`; a dash where it is not known. */
export function times(ratio: number | null | undefined): string {
  if (ratio == null) return '–'
  return `${ratio < 9.95 ? ratio.toFixed(1) : Math.round(ratio)}×`
}

/** How many times as fast, with its interval: `4.2× (4.0–4.5)`. */
export function speedup({ median, low, high }: { median: number; low: number; high: number }): string {
  return `${times(median)} (${times(low).slice(0, -1)}–${times(high).slice(0, -1)})`
}

/** Names in a list, the rest as a count where there are more than `most`: `a, b, and 4 more`. */
export function shortened(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most).join(', ')}, and ${integer(names.length - most)} more`
}

/** Names in a sentence: `a`, `a and b`, `a, b and c`. */
export function together(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** A layer's name as people say it: `fc3/weight` is layer `fc3`. */
export function layerName(parameter: string): string {
  return parameter.replace(/\/weight$/, '')
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}

/** Bytes as people count them: `0.4 MB`, `82 MB`. */
export function megabytes(bytes: number): string {
  const millions = bytes / 1e6
  return `${millions < 9.95 ? millions.toFixed(1) : integer(millions)} MB`
}
