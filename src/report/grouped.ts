/** Items by what they have in common, groups and items in the order in which they come. */
export function grouped<T, K>(items: Iterable<T>, common: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = common(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
