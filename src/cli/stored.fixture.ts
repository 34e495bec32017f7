import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { safetensorsMetadata } from '../values/safetensors.ts'
import type { Project } from './cli.fixture.ts'

interface Stored {
  readonly kind: string
  readonly content: string
}

/** All artifacts of a project's store, by key. */
export function storedIn({ folder }: Project): Record<string, Stored> {
  const objects = join(folder, '.prune-bench', 'objects')
  const found: Record<string, Stored> = {}
  for (const entry of readdirSync(objects, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const about = safetensorsMetadata(readFileSync(join(entry.parentPath, entry.name)))
    const { document } = JSON.parse(about.provenance ?? '') as { document: { kind: string } }
    found[entry.name] = { kind: document.kind, content: about.content ?? '' }
  }
  return found
}
