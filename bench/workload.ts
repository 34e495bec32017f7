import type { DataKind } from './data.ts'
import type { Dataset } from '../src/values/dataset.ts'

/** One measurement of a contender. */
export interface Sample {
  /** In the workload's unit. */
  readonly value: number
  /** Further figures by name, in the same unit unless the name says another. */
  readonly also?: Readonly<Record<string, number>>
}

/** How much is done in a block: as much as suits the kind of device, or hardly anything, to see whether it works. */
export type Scale = 'cpu' | 'gpu' | 'toy'

/** Where one of our contenders computes, and how many networks at the same time. */
export interface Setting {
  readonly device: 'cpu' | 'gpu'
  readonly threads: number
  readonly cells: number
  readonly scale: Scale
}

/** One way to do a workload: an engine, a number of threads, a variant of the method. */
export interface Contender {
  /** The engine's name and version: what the tables call the runtime. */
  readonly engine: { readonly name: string; readonly version: string }
  /** The kind of device, or its name. */
  readonly device: string
  readonly threads: number
  /** What tells it from others of the same engine, device and threads; may be empty. */
  readonly variant: string
  /** Whether it is another program, measured for comparison. */
  readonly peer: boolean
  /** Does a block of the work. The first call is a warm-up and is not counted. */
  sample(): Promise<Sample>
  close(): Promise<void>
}

/** What a workload may ask for. */
export interface BenchContext {
  /** Read when it is first asked for: all of it. */
  dataset(kind: DataKind): Promise<Dataset>
  /** How our contenders compute. */
  readonly settings: readonly Setting[]
  /** The peers'. */
  readonly scale: Scale
  /** Masks that a search evaluates; the workload's own number where absent. */
  readonly budget: number | undefined
  /** Tells people something on the way. */
  readonly tell: (line: string) => void
  /** The package's folder. */
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A Python script in `peers/`, and the files of the folder it is given as `--data`. */
export interface PeerProgram {
  readonly script: string
  readonly files: (
    context: BenchContext,
  ) => Promise<Readonly<Record<string, NodeJS.ArrayBufferView | string>>>
}

/** How a peer's seconds become a figure of this workload. */
export interface PeerMeasure {
  readonly program: PeerProgram
  /** Steps or calls in one block. */
  readonly units: Readonly<Record<Scale, number>>
  /** From seconds per step or call to the workload's unit. */
  readonly figure: (seconds: number) => number
  /** Where lower is better: our best figure may be at most so many times the best peer's on a CPU. No bound where absent. */
  readonly atMost?: number
  /** Where higher is better: our best figure must be at least so many times the best peer's on a CPU. No bound where absent. */
  readonly atLeast?: number
}

/** Something prune-bench does, whose speed matters. */
export interface Workload {
  readonly name: string
  readonly summary: string
  readonly unit: 'ms' | 's' | 'masks/s'
  readonly better: 'lower' | 'higher'
  /** Counted samples of each contender, unless the command line says otherwise. */
  readonly runs: number
  /** The best contender of ours may take at most this, in the workload's unit; no limit where absent. */
  readonly atMost?: number
  /** Absent where there is no peer. */
  readonly peer?: PeerMeasure
  /** How many networks at once are measured on a GPU; absent where nothing is computed on one. */
  readonly onGpu?: readonly number[]
  open(context: BenchContext): Promise<readonly Contender[]>
}
