/**
 * The known name that `name` was most likely meant to be, for "did you mean": the one at the smallest
 * Damerau–Levenshtein distance, where that is at most a third of the name's length (at least 1), else the first one
 * that begins with `name`. Upper and lower case count as equal; of equally near names the first is taken.
 */
export function closest(name: string, known: readonly string[]): string | undefined {
  const asked = name.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(asked.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(asked, candidate.toLowerCase())
    if (distance < bestDistance && distance < candidate.length) [best, bestDistance] = [candidate, distance]
  }
  return best ?? known.find((candidate) => asked.length >= 2 && candidate.toLowerCase().startsWith(asked))
}

/**
 * How many insertions, deletions, substitutions and swaps of neighbouring characters turn `a` into `b`, no character
 * being edited twice (the restricted Damerau–Levenshtein distance).
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? at(beforeLast, j - 2) + 1
          : Infinity
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, substituted, swapped))
    }
    ;[beforeLast, last] = [last, row]
  }
  return at(last, b.length)
}

function at(row: readonly number[], j: number): number {
  return row[j] as number
}
