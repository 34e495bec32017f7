import type { Critical, Group } from './types.ts'

/** Points of accuracy below the control that still count as no loss. */
const WITHIN = 1

/** Accuracies of trained networks: those that a control has, too. */
const METRICS = ['last', 'validationSelected', 'bestOnTest'] as const

/**
 * How far each criterion can prune at no loss: the largest sparsity up to which, it and every smaller one that was run
 * included, the mean accuracy over seeds is at most `within` points below the control's. A sparsity at which a
 * seed's network collapsed, or none has an accuracy, is not within. Empty without a control.
 */
export function criticalSparsities(groups: readonly Group[], within = WITHIN): readonly Critical[] {
  const control = groups.find((group) => group.control)
  const pruned = new Map<string, Group[]>()
  for (const group of groups) {
    if (group.control) continue
    const name = JSON.stringify([group.criterion, group.k])
    pruned.set(name, [...(pruned.get(name) ?? []), group])
  }
  return METRICS.flatMap((metric) => {
    const dense = control?.[metric]
    if (!dense) return []
    return [...pruned.values()].map((all): Critical => {
      const { criterion, k } = all[0] as Group
      const bySparsity = [...all].sort((a, b) => a.sparsity - b.sparsity)
      const first = bySparsity.findIndex((group) => {
        const accuracy = group[metric]
        return group.statuses.collapsed > 0 || accuracy === null || accuracy.mean < dense.mean - within
      })
      const last = first < 0 ? bySparsity.at(-1) : bySparsity[first - 1]
      return { criterion, k, metric, within, sparsity: last?.sparsity ?? null }
    })
  })
}
