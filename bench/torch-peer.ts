import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { BenchContext, Contender, PeerMeasure, PeerProgram, Workload } from './workload.ts'

const THREADS = [1, 2] as const
const INSTALL = 'apt-get install python3-torch libopenblas0-pthread (PRUNE_BENCH_PYTHON names another python)'

/** The PyTorch side of a run, or why there is none. */
export type Peers =
  | {
      readonly status: 'ready'
      readonly contendersFor: (workload: Workload) => Promise<readonly Contender[]>
      readonly close: () => void
    }
  | { readonly status: 'skipped'; readonly why: string }

/** Finds a Python with PyTorch. A peer's program is started, one process per thread count, when a workload first asks for it. */
export function openTorch(context: BenchContext): Promise<Peers> {
  const { env } = context
  const pythons =
    env.PRUNE_BENCH_PYTHON === undefined ? ['python3', '/usr/bin/python3'] : [env.PRUNE_BENCH_PYTHON]
  const python = pythons.find((name) => spawnSync(name, ['-c', 'import torch']).status === 0)
  if (python === undefined)
    return Promise.resolve({
      status: 'skipped',
      why: `skipped, ${pythons.join(' and ')} cannot import torch; to install it: ${INSTALL}`,
    })

  const folder = mkdtempSync(join(tmpdir(), 'prune-bench-peer-'))
  const programs = new Map<PeerProgram, readonly Server[]>()
  const serversOf = async (program: PeerProgram): Promise<readonly Server[]> => {
    const running = programs.get(program)
    if (running !== undefined) return running
    const servers = await startServers(python, program, join(folder, String(programs.size)), context)
    programs.set(program, servers)
    return servers
  }
  return Promise.resolve({
    status: 'ready',
    contendersFor: async (workload) => {
      const { peer, name } = workload
      if (peer === undefined) return []
      return (await serversOf(peer.program)).flatMap((server) => contendersOf(server, name, peer))
    },
    close: () => {
      for (const { stop } of [...programs.values()].flat()) stop()
      rmSync(folder, { recursive: true, force: true })
    },
  })
}

async function startServers(
  python: string,
  program: PeerProgram,
  folder: string,
  context: BenchContext,
): Promise<readonly Server[]> {
  mkdirSync(folder)
  for (const [name, content] of Object.entries(await program.files(context)))
    writeFileSync(join(folder, name), content)
  const script = join(context.root, 'bench/peers', program.script)
  return Promise.all(THREADS.map((threads) => startServer(python, script, folder, threads)))
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

function contendersOf({ about, ask }: Server, name: string, peer: PeerMeasure): readonly Contender[] {
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
