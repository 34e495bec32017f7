import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { counted, megabytes } from '../report/index.ts'
import type { Digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { writeCellFiles, type CellFiles, type Written } from './cell-files.ts'
import type { ExportSources } from './cell-exports.ts'

/** Bytes up to which a run writes files of a kind unasked. */
const UNASKED = 100e6

/** What became of the files of one kind. */
export interface ExportNote {
  /** What they are called. */
  readonly noun: string
  readonly folder: string
  /** How many and how large they are now; where they were not written, why, and what writes them. */
  readonly text: string
  readonly written: boolean
}

/**
 * Brings the files of cells in a report's folder up to date: what it holds is of the report's results and of nothing else.
 * Asked for, files of `only` these cells are written, and others stay. Unasked, files of a kind that would take more than
 * 100 MB are left out, and so are networks of a model that cannot be written for other programs.
 */
export async function writeExports(
  folder: string,
  sources: ExportSources,
  { only }: { readonly only?: ReadonlySet<string> } = {},
): Promise<readonly ExportNote[]> {
  // Only who exports pays for loading this.
  const { exportKinds } = await import('./cell-exports.ts')
  const { suite } = sources.prepared
  const asked = only !== undefined
  const notes: ExportNote[] = []
  for (const { folder: name, noun, filesOf } of exportKinds) {
    const all = filesOf(sources)
    const current = new Map(all.map(({ cell, identity }) => [cell, identity]))
    const wanted = asked ? all.filter(({ cell }) => only.has(cell)) : all
    const at = join(folder, name)
    if (wanted.length === 0 && !existsSync(at)) continue
    const why = asked ? undefined : tooMuch(wanted, `${suite} --profile ${sources.results.identity.profile}`)
    // What is too much is not written, but nothing of another report stays either.
    const outcome = await written(at, why === undefined ? wanted : [], current, asked)
    const told = why ?? outcome
    notes.push(
      typeof told === 'string'
        ? { noun, folder: at, text: told, written: false }
        : { noun, folder: at, text: amount(told, asked), written: true },
    )
  }
  return notes
}

function tooMuch(wanted: readonly { readonly bytes: number }[], suite: string): string | undefined {
  const bytes = wanted.reduce((sum, cell) => sum + cell.bytes, 0)
  if (bytes <= UNASKED) return undefined
  return `those of ${counted(wanted.length, 'cell')} would take ${megabytes(bytes)}; prune-bench export ${suite} writes them`
}

/** Unasked, a network that cannot be written is no failure of what was computed. */
async function written(
  folder: string,
  wanted: readonly CellFiles[],
  current: ReadonlyMap<string, Digest>,
  asked: boolean,
): Promise<Written | string> {
  try {
    return await writeCellFiles(folder, wanted, current)
  } catch (error) {
    if (!asked && error instanceof Problem && error.kind === 'usage') return error.message
    throw error
  }
}

function amount({ cells, files, bytes }: Written, asked: boolean): string {
  const fresh = asked ? `, ${cells === 0 ? 'no cell' : counted(cells, 'cell')} new` : ''
  return `${counted(files, 'file')}, ${megabytes(bytes)}${fresh}`
}
