import type { SimilarityReport } from '../results/index.ts'
import type { Evidence } from './evaluate-assertion.ts'

/** How alike the masks are that repeats of a group's search found, by a report's similarities. */
export function similarityIn(report: SimilarityReport): Evidence['similarityOf'] {
  return ({ criterion, sparsity, k }) => {
    const at = report.sparsities.find((one) => one.sparsity === sparsity)
    const place = at?.groups.findIndex((group) => group.criterion === criterion && group.k === k) ?? -1
    return at?.pairs.find(({ a, b }) => a === place && b === place)?.cosine.mean ?? null
  }
}
