const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/**
 * Numbers as a line of bars of at most `width` columns, each the mean of as many neighbours as it takes; the lowest bar is
 * `low`, the highest `high`. Empty for no numbers.
 */
export function sparkline(
  values: readonly number[],
  { width, low, high }: { readonly width: number; readonly low: number; readonly high: number },
): string {
  const bars = Math.min(width, values.length)
  return Array.from({ length: bars }, (_, i) => {
    const [from, to] = [i, i + 1].map((at) => Math.floor((at * values.length) / bars))
    const part = values.slice(from, to)
    const mean = part.reduce((sum, x) => sum + x, 0) / part.length
    const share = high > low ? (mean - low) / (high - low) : 0.5
    return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, Math.floor(share * LEVELS.length)))]
  }).join('')
}
