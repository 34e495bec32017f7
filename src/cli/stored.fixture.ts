import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from './cli.fixture.ts'

interface Stored {
  readonly kind: string
  readonly content: string
}

/** All artifacts of a project's store, by key. */
export function storedIn({ folder }: Project): Record<string, Stored> {
  const objects = join(folder, '.prune-bench', 'objects')
  const found: Record<string, Stored> = {}
  for (const name of readdirSync(objects, { recursive: true }) as string[]) {
    if (!name.endsWith('provenance.json')) continue
    const read = (file: string): unknown => JSON.parse(readFileSync(join(objects, name, '..', file), 'utf8'))
    const { document } = read('provenance.json') as { document: { kind: string } }
    const { key, content } = read('digests.json') as { key: string; content: string }
    found[key] = { kind: document.kind, content }
  }
  return found
}
