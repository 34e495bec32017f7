/** How many times more work per second twice as much at once must bring, to go on doubling. */
const GAIN = 1.15
/** Rates are taken over at least this long, and at least so many calls. */
const LEAST_MS = 20
const LEAST_CALLS = 3

/**
 * How much of a work to do at once: doubled for as long as that is worth it, by the time that calls take. The first
 * call of each size prepares what later ones need, and is not timed.
 */
export async function growing(
  work: (count: number) => Promise<unknown>,
  { most = 64, now = () => performance.now() } = {},
): Promise<number> {
  const rate = async (count: number): Promise<number> => {
    await work(count)
    const start = now()
    let calls = 0
    for (; calls < LEAST_CALLS || now() - start < LEAST_MS; calls++) await work(count)
    return (calls * count) / (now() - start)
  }
  let [count, best] = [1, await rate(1)]
  while (2 * count <= most) {
    const next = await rate(2 * count)
    if (next < GAIN * best) break
    count *= 2
    best = next
  }
  return count
}
