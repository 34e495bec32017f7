import {
  cellEvents,
  cellFileName,
  EVENTS_FILE,
  EVENTS_FORMAT,
  NETWORK_FORMAT,
  networkAbout,
  networkFiles,
  type CellSeries,
  type ExportedFile,
} from '../export/index.ts'
import type { CellRecord, Results } from '../results/index.ts'
import type { ArtifactStore } from '../store/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import { digest, type Digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import type { CellFiles } from './cell-files.ts'
import type { SeriesByCell } from './collect-series.ts'
import type { Prepared } from './prepare.ts'

/** What exports are made from. */
export interface ExportSources {
  readonly prepared: Prepared
  readonly results: Results
  readonly series: SeriesByCell
  readonly store: ArtifactStore
}

/** Files of one kind that can be written for cells. */
export interface ExportKind {
  /** The folder they are in, beside `results.json`. */
  readonly folder: string
  /** What they are called where people are told of them. */
  readonly noun: string
  /** The files of every cell that has any. */
  readonly filesOf: (sources: ExportSources) => readonly (CellFiles & { readonly bytes: number })[]
}

/** Everything that is exported cell by cell. */
export const exportKinds: readonly ExportKind[] = [
  { folder: 'networks', noun: 'networks', filesOf: networks },
  { folder: 'tensorboard', noun: 'TensorBoard curves', filesOf: curves },
]

/** Cells that are `ok`: their trained network as ONNX, its weights and mask as safetensors. */
function networks({ prepared, results: { identity, cells }, store }: ExportSources) {
  const { model, data } = prepared
  return cells.flatMap((cell) => {
    const { train, mask = cell.units.search } = cell.units
    if (cell.status !== 'ok' || train === undefined) return []
    const about = networkAbout(identity, cell)
    return {
      cell: cell.id,
      identity: digest(canonicalJson({ format: NETWORK_FORMAT, about })),
      bytes: networkBytes(cell, identity.granularity),
      make: async () =>
        networkFiles(cellFileName(cell.point), {
          model,
          data: data.source.description,
          weights: (await stored(store, train, cell.id)).tensors,
          mask: mask === undefined ? null : (await stored(store, mask, cell.id)).tensors,
          about,
        }),
    }
  })
}

/** About what a network's files take: its numbers twice, as ONNX and as safetensors, and a byte for each of its mask. */
function networkBytes({ cost, sparsity }: CellRecord, granularity: 'weight' | 'filter'): number {
  const numbers = cost?.stored[granularity === 'filter' ? 'kept' : 'total'] ?? 0
  return 8 * numbers + (sparsity.total ?? 0)
}

async function stored(store: ArtifactStore, key: Digest, cell: string): Promise<Artifact> {
  const artifact = await store.read(key)
  if (artifact !== undefined) return artifact
  throw new Problem('infrastructure', `what ${cell} is exported from is not in the store any more`, {
    hint: 'run the suite again: what is missing is computed anew',
  })
}

/** Bytes of one number in a file of events, with its name and step. */
const EVENT_BYTES = 48

/** Cells that were trained or searched for: their curves as TensorBoard events, a folder for each. */
function curves({ results: { cells }, series }: ExportSources) {
  return cells.flatMap((cell) => {
    const own = {
      curve: cell.curve,
      losses: series.losses.get(cell.id),
      trace: series.traces.get(cell.id),
    }
    const numbers = numbersOf(own)
    if (numbers === 0) return []
    const { train = '', search = '' } = cell.units
    return {
      cell: cell.id,
      identity: digest(canonicalJson({ format: EVENTS_FORMAT, train, search })),
      bytes: EVENT_BYTES * numbers,
      make: () => Promise.resolve(eventFiles(cell, own)),
    }
  })
}

function numbersOf({ curve, losses, trace }: CellSeries): number {
  const columns = Object.values(trace ?? {}).reduce((sum, { length }) => sum + length, 0)
  return 3 * curve.length + (losses?.loss.length ?? 0) + columns
}

function eventFiles({ point }: CellRecord, series: CellSeries): readonly ExportedFile[] {
  const bytes = cellEvents(series)
  return bytes === undefined ? [] : [{ name: `${cellFileName(point)}/${EVENTS_FILE}`, bytes }]
}
