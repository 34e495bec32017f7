import { createOnnxRuntime, joinedRuntime, type Runtime, type Traffic } from '../src/runtime/index.ts'
import type { BenchContext, Contender, Sample, Setting } from './workload.ts'

/** Does a block of work, and tells its figure and of how many steps, calls or masks that was. */
export type Block = () => Promise<Sample & { readonly units: number }>

/** Stacks grow from this size on while they are judged: they are measured when that is over. */
const FIRST_STACK = 8

/** A contender of ours for every setting, on a runtime of its own. Throws a `Problem` where there is no such device. */
export function onRuntimes(
  context: BenchContext,
  work: (runtime: Runtime, setting: Setting) => Block,
): Promise<readonly Contender[]> {
  return Promise.all(
    context.settings.map(async (setting) => {
      const { device, threads, cells } = setting
      const inside = await createOnnxRuntime({ device, threads })
      const runtime = cells === 1 ? inside : joinedRuntime(inside, together(cells, context))
      const variant = cells === 1 ? '' : `${cells} cells at once`
      return contenderOn(inside, variant, { warmUps: warmUps(cells), block: work(runtime, setting) })
    }),
  )
}

/** What a runtime does, after so many blocks more than everybody has to warm up. */
export function contenderOn(
  runtime: Runtime,
  variant: string,
  { block, warmUps }: { readonly block: Block; readonly warmUps: number },
): Contender {
  const { runtime: name, version, device, threads } = runtime.engine
  let warm = false
  return {
    engine: { name, version },
    device,
    threads,
    variant,
    peer: false,
    sample: async () => {
      for (let left = warm ? 0 : warmUps; left > 0; left--) await block()
      warm = true
      return withTraffic(runtime, block)
    },
    close: () => runtime.dispose(),
  }
}

/** Everybody is there all the time. */
function together(cells: number, { tell }: BenchContext) {
  return { attendance: { active: cells, onLeave: () => undefined }, most: cells, tell }
}

/** A block is long enough to judge one size. */
function warmUps(cells: number): number {
  return Math.max(0, Math.ceil(Math.log2(cells / FIRST_STACK)))
}

/** A block's figure, and how many bytes it copied for each unit where there is a device to copy them to. */
async function withTraffic(runtime: Runtime, block: Block): Promise<Sample> {
  const before = runtime.traffic
  const { units, ...sample } = await block()
  const after = runtime.traffic
  if (before === undefined || after === undefined) return sample
  const per = (way: keyof Traffic) => (after[way] - before[way]) / units
  const copied = { 'bytes to device': per('toDevice'), 'bytes to host': per('toHost') }
  return { ...sample, also: { ...sample.also, ...copied } }
}

/** What runs in Node itself, without a numeric engine. */
export function inNode(variant: string, sample: () => Promise<Sample>): Contender {
  return {
    engine: { name: 'node', version: process.versions.node },
    device: 'cpu',
    threads: 1,
    variant,
    peer: false,
    sample,
    close: () => Promise.resolve(),
  }
}
