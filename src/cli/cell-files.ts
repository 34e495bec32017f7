import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { ExportedFile } from '../export/index.ts'
import { removePartials } from '../values/partial-files.ts'
import type { Digest } from '../values/digest.ts'
import { isPathBelow } from '../values/file-name.ts'
import { makeFolders } from '../values/make-folders.ts'
import { fileBelow, removeBelow } from './file-below.ts'
import { writeReport } from './write-report.ts'

/** Files to be had of one cell. Equal identity, equal files. */
export interface CellFiles {
  readonly cell: string
  readonly identity: Digest
  readonly make: () => Promise<readonly ExportedFile[]>
}

/** What a folder of cells' files holds now. */
export interface Written {
  /** Cells whose files were written; those of others were there already. */
  readonly cells: number
  readonly files: number
  readonly bytes: number
}

const CONTENTS = 'contents.json'

const contentsSchema = v.object({
  schema: v.literal('prune-bench/files@1'),
  cells: v.record(
    v.string(),
    v.object({
      identity: v.string(),
      files: v.array(v.object({ name: v.pipe(v.string(), v.check(isPathBelow)), bytes: v.number() })),
    }),
  ),
})
type Cells = v.InferOutput<typeof contentsSchema>['cells']

/**
 * Brings a folder's files of these cells up to date, writing what is missing or of another identity alone. Files that an
 * earlier call wrote are removed unless they are those of a cell of `current` with its identity; `contents.json` tells which
 * are whose.
 */
export async function writeCellFiles(
  folder: string,
  wanted: readonly CellFiles[],
  current: ReadonlyMap<string, Digest>,
): Promise<Written> {
  removePartials(folder)
  const before = readContents(folder)
  const cells: Cells = {}
  for (const [cell, own] of Object.entries(before)) {
    if (current.get(cell) === own.identity) cells[cell] = own
    else for (const { name } of own.files) removeBelow(folder, name)
  }
  let written = 0
  for (const { cell, identity, make } of wanted) {
    const known = cells[cell]
    if (known?.identity === identity && known.files.every((file) => isThere(folder, file))) continue
    const files = await make()
    makeFolders(folder)
    for (const { name, bytes } of files) writeReport(fileBelow(folder, name), bytes)
    cells[cell] = { identity, files: files.map(({ name, bytes }) => ({ name, bytes: bytes.length })) }
    written++
  }
  const sorted = Object.fromEntries(Object.entries(cells).sort(([a], [b]) => (a < b ? -1 : 1)))
  if (written > 0 || Object.keys(before).length !== Object.keys(sorted).length) {
    const contents = { schema: 'prune-bench/files@1', cells: sorted }
    writeReport(join(folder, CONTENTS), `${JSON.stringify(contents, null, 2)}\n`)
  }
  const all = Object.values(sorted).flatMap(({ files }) => files)
  return { cells: written, files: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) }
}

/** Nothing where the folder has none, or what it has cannot be read: then everything is written anew. */
function readContents(folder: string): Cells {
  const file = join(folder, CONTENTS)
  if (!existsSync(file)) return {}
  try {
    return v.parse(contentsSchema, JSON.parse(readFileSync(file, 'utf8'))).cells
  } catch {
    return {}
  }
}

function isThere(folder: string, { name, bytes }: { name: string; bytes: number }): boolean {
  const found = statSync(join(folder, name), { throwIfNoEntry: false })
  return found?.size === bytes
}
