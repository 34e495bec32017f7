import { median, summarise, type Summary } from './statistics.ts'
import type { Measured } from './measure.ts'
import type { Contender, PeerMeasure, Sample, Scale, Workload } from './workload.ts'
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
  /** `toy` where sizes were only to show whether everything works: its figures say nothing. */
  readonly scale: Scale
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
  /** Contenders that failed, with what they said: one that ran out of memory, say. */
  readonly failed: readonly FailedContender[]
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

/** How many times the peer's figure ours is: the median, over the rounds that both have, of the ratio within a round. */
export interface Ratio {
  readonly value: number
  /** The bounds it is held against, if there are any. */
  readonly atMost: number | null
  readonly atLeast: number | null
  readonly kept: boolean
}

/** Who was measured. */
interface ContenderName {
  readonly engine: string
  readonly version: string
  readonly device: string
  readonly threads: number
  readonly variant: string
  readonly peer: boolean
}

export interface FailedContender extends ContenderName {
  readonly why: string
}

export interface ContenderResult extends ContenderName, Summary {
  /** In the order in which they were taken. */
  readonly samples: readonly number[]
  /** Medians of further figures. */
  readonly also: Readonly<Record<string, number>>
}

/**
 * The figures of a workload from what came of its contenders. Throws what the first of ours said where all of ours
 * failed.
 */
export function workloadResult(
  workload: Workload,
  contenders: readonly Contender[],
  measured: readonly Measured[],
  bounds: Bounds,
): WorkloadResult {
  const ends = contenders.map((contender, i) => ({ contender, end: measured[i] as Measured }))
  const results = ends.flatMap(({ contender, end }) =>
    'failed' in end ? [] : [contenderResult(contender, end.samples)],
  )
  const failed = ends.flatMap(({ contender, end }) =>
    'failed' in end ? [{ ...nameOf(contender), why: wordsOf(end.failed) }] : [],
  )
  const ours = bestOf(results, workload.better, false)
  if (ours === null) {
    const first = ends.find(({ contender, end }) => !contender.peer && 'failed' in end)?.end
    throw first && 'failed' in first
      ? first.failed
      : new RangeError(`${workload.name} measured nothing of prune-bench's own`)
  }
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
    failed,
    best: { ours, peer },
    limit: atMost === undefined ? null : { atMost, kept: mine.median <= atMost },
    ratio: other === undefined ? null : ratioOf(mine, other, bounds),
  }
}

/** Whether every limit and every bound on a ratio was kept. */
export function allKept(results: readonly WorkloadResult[]): boolean {
  return results.every(({ limit, ratio }) => limit?.kept !== false && ratio?.kept !== false)
}

/** What a ratio to a peer must keep. */
export type Bounds = Pick<PeerMeasure, 'atMost' | 'atLeast'>

function nameOf({ engine, device, threads, variant, peer }: Contender): ContenderName {
  return { engine: engine.name, version: engine.version, device, threads, variant, peer }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function contenderResult(contender: Contender, samples: readonly Sample[]): ContenderResult {
  const values = samples.map(({ value }) => value)
  const names = Object.keys(samples[0]?.also ?? {})
  const also = names.map((name) => [name, median(samples.map((s) => s.also?.[name] ?? Number.NaN))] as const)
  return {
    ...nameOf(contender),
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

function ratioOf(ours: ContenderResult, peer: ContenderResult, bounds: Bounds): Ratio {
  // Where time was short one may have fewer samples than the other.
  const value = median(
    ours.samples.flatMap((sample, i) => {
      const other = peer.samples[i]
      return other === undefined ? [] : [sample / other]
    }),
  )
  const { atMost = null, atLeast = null } = bounds
  const kept = (atMost === null || value <= atMost) && (atLeast === null || value >= atLeast)
  return { value, atMost, atLeast, kept }
}
