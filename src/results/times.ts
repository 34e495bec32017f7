import type { Results } from './types.ts'

/**
 * The results without the fields that hold times: `cells[].seconds` becomes 0, `cells[].latency`, `groups[].seconds` and
 * the members of `groups[].latency` become null. These are the only fields in which two runs of the same suite, seeds and
 * engine may differ; a cached run does not differ at all.
 */
export function withoutTimes(results: Results): Results {
  return {
    ...results,
    groups: results.groups.map((group) => ({
      ...group,
      latency: { full: null, masked: null, deleted: null, speedup: null },
      seconds: null,
    })),
    cells: results.cells.map((cell) => ({ ...cell, latency: null, seconds: 0 })),
  }
}
