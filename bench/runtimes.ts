import { createOnnxRuntime, type Runtime } from '../src/runtime/index.ts'
import type { Contender, Sample } from './workload.ts'

/** A contender of ours for each of these thread counts, on a runtime of its own. */
export function onRuntimes(
  threads: readonly number[],
  work: (runtime: Runtime) => Promise<() => Promise<Sample>>,
): Promise<readonly Contender[]> {
  return Promise.all(
    threads.map(async (count) => {
      const runtime = await createOnnxRuntime({ device: 'cpu', threads: count })
      const { runtime: name, version } = runtime.engine
      return {
        engine: { name, version },
        threads: count,
        variant: '',
        peer: false,
        sample: await work(runtime),
        close: () => runtime.dispose(),
      }
    }),
  )
}

/** What runs in Node itself, without a numeric engine. */
export function inNode(variant: string, sample: () => Promise<Sample>): Contender {
  return {
    engine: { name: 'node', version: process.versions.node },
    threads: 1,
    variant,
    peer: false,
    sample,
    close: () => Promise.resolve(),
  }
}
