import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { randomMasks, weights } from './subject.ts'
import type { BenchContext, Contender, Workload } from './workload.ts'

const THREADS = [1, 2] as const
const INSTALL = 'apt-get install python3-torch libopenblas0-pthread (PRUNE_BENCH_PYTHON names another python)'

/** The PyTorch side of a run, or why there is none. */
export type Peers =
  | {
      readonly status: 'ready'
      readonly contendersFor: (workload: Workload) => readonly Contender[]
      readonly close: () => void
    }
  | { readonly status: 'skipped'; readonly why: string }

/** Starts one Python process per thread count, on the same network, masks and data as ours. */
export async function openTorch(context: BenchContext): Promise<Peers> {
  const { env, root } = context
  const pythons =
    env.PRUNE_BENCH_PYTHON === undefined ? ['python3', '/usr/bin/python3'] : [env.PRUNE_BENCH_PYTHON]
  const python = pythons.find((name) => spawnSync(name, ['-c', 'import torch']).status === 0)
  if (python === undefined)
    return {
      status: 'skipped',
      why: `skipped, ${pythons.join(' and ')} cannot import torch; to install it: ${INSTALL}`,
    }

  const folder = mkdtempSync(join(tmpdir(), 'prune-bench-peer-'))
  const { train } = await context.dataset()
  writeFileSync(join(folder, 'images.u8'), train.images)
  writeFileSync(join(folder, 'labels.u8'), train.labels)
  const masks = randomMasks(0.9)
  for (const [name, { data }] of Object.entries(weights)) {
    const layer = name.split('/')[0] ?? name
    writeFileSync(join(folder, `${layer}.weight.f32`), data)
    writeFileSync(join(folder, `${layer}.mask.f32`), masks[name]?.data ?? new Float32Array())
  }
  const script = join(root, 'bench/peers/mlp_torch.py')
  const servers = await Promise.all(THREADS.map((threads) => startServer(python, script, folder, threads)))
  return {
    status: 'ready',
    contendersFor: (workload) => servers.flatMap((server) => contendersOf(server, workload)),
    close: () => {
      for (const { stop } of servers) stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface About {
  readonly engine: string
  readonly version: string
  readonly threads: number
  /** Variants by workload. */
  readonly workloads: Readonly<Record<string, readonly string[]>>
}

interface Server {
  readonly about: About
  readonly ask: (request: object) => Promise<unknown>
  readonly stop: () => void
}

async function startServer(python: string, script: string, folder: string, threads: number): Promise<Server> {
  const args = [script, '--serve', '--data', folder, '--threads', String(threads)]
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(python, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (request: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const line: IteratorResult<string, unknown> = await lines.next()
    if (line.done === true) throw new Error('the PyTorch peer ended without an answer')
    return JSON.parse(line.value) as unknown
  }
  return { about: (await ask({ list: true })) as About, ask, stop: () => child.stdin.end() }
}

function contendersOf({ about, ask }: Server, { name, peer }: Workload): readonly Contender[] {
  if (!peer) return []
  return (about.workloads[name] ?? []).map((variant) => ({
    engine: { name: about.engine, version: about.version },
    threads: about.threads,
    variant,
    peer: true,
    sample: async () => {
      const answer = await ask({ workload: name, variant, units: peer.units })
      const { seconds, units } = answer as { seconds: number; units: number }
      return { value: peer.figure(seconds / units) }
    },
    close: () => Promise.resolve(),
  }))
}
