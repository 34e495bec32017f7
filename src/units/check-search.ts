import type { FlatMask, SearchResult } from '../plugin/index.ts'
import { Problem } from '../values/problem.ts'

/** What every mask of a search must be like. */
export interface MaskRule {
  /** Name of the search. */
  readonly search: string
  readonly size: number
  readonly kept: number
  /** Ones in a mask of the right length; −1 if it has bytes other than 0 and 1. */
  readonly ones: (mask: FlatMask) => number
}

/** Throws a `Problem` that tells what is wrong with a mask a plugin gave. */
export function checkMask({ search, size, kept, ones }: MaskRule, mask: FlatMask): void {
  const isMask = mask instanceof Uint8Array
  if (isMask && mask.length === size && ones(mask) === kept) return
  throw new Problem(
    'cell',
    `the search ${search} gave a mask ${isMask ? entriesText(mask) : 'that is no Uint8Array'}`,
    {
      hint: `every mask must have ${size} entries (context.size), exactly ${kept} of them 1 (context.kept) and the others 0`,
    },
  )
}

function entriesText(mask: FlatMask): string {
  const ones = mask.filter((bit) => bit === 1).length
  const others = mask.some((bit) => bit > 1) ? ' and some that are neither 0 nor 1' : ''
  return `of ${mask.length} entries with ${ones} ones${others}`
}

/** Throws a `Problem` if a plugin's trace is not columns of numbers of one length. */
export function checkTrace(search: string, trace: unknown): asserts trace is SearchResult['trace'] {
  const columns = typeof trace === 'object' && trace !== null ? Object.values(trace) : undefined
  const lists = columns?.every((column) => Array.isArray(column) && column.every((n) => Number.isFinite(n)))
  const lengths = new Set(columns?.map((column) => (column as readonly number[]).length))
  if (lists === true && lengths.size <= 1) return
  throw new Problem(
    'cell',
    `the search ${search} gave no trace, or one that is not columns of numbers of one length`,
    {
      hint: 'return { mask, trace: {} } where there is nothing to plot',
    },
  )
}
