import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { onDisk } from './disk-problem.ts'
import { namesIn } from './temporary.ts'

/** Folders of a store that nothing reads: what was damaged, and other results for keys that were there already. */
const LEFTOVERS = ['quarantine', 'conflicts'] as const

/** Bytes that a store's leftovers take. */
export function leftoverBytes(root: string): number {
  return LEFTOVERS.map((name) => join(root, name))
    .filter((folder) => namesIn(folder).length > 0)
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .reduce(
      (sum, one) => sum + (lstatSync(join(one.parentPath, one.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
}

/** Removes them; the folders are made again when something comes. */
export function removeLeftovers(root: string): void {
  for (const name of LEFTOVERS) {
    const folder = join(root, name)
    onDisk('remove', folder, () => rmSync(folder, { recursive: true, force: true }))
  }
}
