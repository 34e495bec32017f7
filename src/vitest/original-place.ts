import { findSourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { SourcePlace } from '../values/problem.ts'

/** Where a line of a bundle was written: vitest has stacks of its own, in which places in bundles stay as they are. */
export function originalPlace(place: SourcePlace | null): SourcePlace | null {
  if (place?.line === undefined) return place
  const entry = findSourceMap(place.file)?.findEntry(place.line - 1, place.column ?? 0)
  if (entry === undefined || !('originalSource' in entry)) return place
  const { originalSource, originalLine, originalColumn } = entry
  const file = originalSource.startsWith('file:') ? fileURLToPath(originalSource) : originalSource
  return { file, line: originalLine + 1, column: originalColumn }
}
