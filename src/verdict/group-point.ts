import type { GroupPoint } from './types.ts'

/** The group a cell, or anything with its coordinates, belongs to. */
export function pointOf({ criterion, sparsity, k, control }: GroupPoint): GroupPoint {
  return { criterion, sparsity, k, control }
}

/** A group's coordinates as the key of a map. */
export function groupKey(point: GroupPoint): string {
  return JSON.stringify(Object.values(pointOf(point)))
}

/** Cells by the group they belong to, in the order in which groups come. */
export function byGroup<T>(
  cells: readonly T[],
  point: (cell: T) => GroupPoint,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const cell of cells) {
    const key = groupKey(point(cell))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [cell])
    else group.push(cell)
  }
  return groups
}
