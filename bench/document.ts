import { median, summarise, type Summary } from './statistics.ts'
import type { Contender, Sample, Workload } from './workload.ts'
import type { Machine } from './machine.ts'

/** What `npm run bench -- --json` prints. */
export interface BenchDocument {
  /** Raised when a field changes its meaning or goes. */
  readonly schema: 2
  /** ISO 8601, when the run ended. */
  readonly date: string
  /** Versions of prune-bench and node; `commit` is null outside a checkout. */
  readonly versions: { readonly 'prune-bench': string; readonly node: string; readonly commit: string | null }
  readonly machine: Machine
  /** Names of the data sets that were read. */
  readonly data: readonly string[]
  /** Whether peers were measured; if not, why. */
  readonly peers: { readonly measured: boolean; readonly why: string | null }
  readonly workloads: readonly WorkloadResult[]
}

export interface WorkloadResult {
  readonly name: string
  readonly summary: string
  readonly unit: Workload['unit']
  readonly better: Workload['better']
  readonly contenders: readonly ContenderResult[]
  /** Index in `contenders` of the best median among ours, and among the peers'. */
  readonly best: { readonly ours: number; readonly peer: number | null }
  /** The limit that our best is held against, if there is one. */
  readonly limit: Verdict | null
  /** Our best's figure over the best peer's; null where no peer was measured. */
  readonly ratio: Ratio | null
}

export interface Verdict {
  readonly atMost: number
  readonly kept: boolean
}

/** How many times the peer's figure ours is: the median over rounds of the ratio within a round. */
export interface Ratio {
  readonly value: number
  /** The bounds it is held against, if there are any. */
  readonly atMost: number | null
  readonly atLeast: number | null
  readonly kept: boolean
}

export interface ContenderResult extends Summary {
  readonly engine: string
  readonly version: string
  readonly threads: number
  readonly variant: string
  readonly peer: boolean
  /** In the order in which they were taken. */
  readonly samples: readonly number[]
  /** Medians of further figures. */
  readonly also: Readonly<Record<string, number>>
}

/** The figures of a workload from the samples of its contenders; at least one contender is ours. */
export function workloadResult(
  workload: Workload,
  contenders: readonly Contender[],
  samples: readonly (readonly Sample[])[],
): WorkloadResult {
  const results = contenders.map((contender, i) => contenderResult(contender, samples[i] ?? []))
  const ours = bestOf(results, workload.better, false)
  if (ours === null) throw new RangeError(`${workload.name} measured nothing of prune-bench's own`)
  const peer = bestOf(results, workload.better, true)
  const mine = results[ours] as ContenderResult
  const other = peer === null ? undefined : results[peer]
  const { name, summary, unit, better, atMost } = workload
  return {
    name,
    summary,
    unit,
    better,
    contenders: results,
    best: { ours, peer },
    limit: atMost === undefined ? null : { atMost, kept: mine.median <= atMost },
    ratio: other === undefined ? null : ratioOf(mine, other, workload),
  }
}

/** Whether every limit and every bound on a ratio was kept. */
export function allKept(results: readonly WorkloadResult[]): boolean {
  return results.every(({ limit, ratio }) => limit?.kept !== false && ratio?.kept !== false)
}

function contenderResult({ engine, threads, variant, peer }: Contender, samples: readonly Sample[]) {
  const values = samples.map(({ value }) => value)
  const names = Object.keys(samples[0]?.also ?? {})
  const also = names.map((name) => [name, median(samples.map((s) => s.also?.[name] ?? Number.NaN))] as const)
  return {
    engine: engine.name,
    version: engine.version,
    threads,
    variant,
    peer,
    ...summarise(values),
    samples: values,
    also: Object.fromEntries(also),
  }
}

function bestOf(
  results: readonly ContenderResult[],
  better: Workload['better'],
  peer: boolean,
): number | null {
  const sign = better === 'lower' ? 1 : -1
  const candidates = results.flatMap((r, i) => (r.peer === peer ? [{ i, rank: sign * r.median }] : []))
  return candidates.toSorted((a, b) => a.rank - b.rank)[0]?.i ?? null
}

function ratioOf(ours: ContenderResult, peer: ContenderResult, { peer: bounds }: Workload): Ratio {
  const value = median(ours.samples.map((sample, i) => sample / (peer.samples[i] ?? Number.NaN)))
  const { atMost = null, atLeast = null } = bounds ?? {}
  const kept = (atMost === null || value <= atMost) && (atLeast === null || value >= atLeast)
  return { value, atMost, atLeast, kept }
}
