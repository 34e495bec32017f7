import { Bench } from 'tinybench'

/** Median milliseconds of so many calls of a function that is already warm. */
export async function timeCalls(fn: () => Promise<unknown>, calls: number): Promise<number> {
  const bench = new Bench({ iterations: calls, time: 0, warmup: false, throws: true })
  bench.add('call', async () => {
    await fn()
  })
  const [task] = await bench.run()
  const result = task?.result
  if (result?.state !== 'completed') throw new Error(`timing ended as ${result?.state ?? 'nothing'}`)
  return result.latency.p50
}
