import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { BenchRequest } from './arguments.ts'
import { workloads } from './registry.ts'
import { cellsOf } from './settings.ts'
import type { BenchContext, Contender, PeerMeasure, PeerProgram, Scale, Workload } from './workload.ts'

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

/**
 * Finds a Python with PyTorch. A peer's program is started, one process per thread count or one for a GPU, when a
 * workload first asks for it.
 */
export function openTorch(context: BenchContext, request: BenchRequest): Promise<Peers> {
  const { env, scale } = context
  const pythons =
    env.PRUNE_BENCH_PYTHON === undefined ? ['python3', '/usr/bin/python3'] : [env.PRUNE_BENCH_PYTHON]
  const python = pythons.find((name) => spawnSync(name, ['-c', 'import torch']).status === 0)
  if (python === undefined)
    return Promise.resolve({
      status: 'skipped',
      why: `skipped, ${pythons.join(' and ')} cannot import torch; to install it: ${INSTALL}`,
    })

  const how = peerArguments(request)
  const missing = missingDevice(python, how.device)
  if (missing !== undefined)
    return Promise.resolve({
      status: 'skipped',
      why: `skipped, PyTorch cannot use ${how.device}: ${missing}; --peer-device names another device`,
    })

  const folder = mkdtempSync(join(tmpdir(), 'prune-bench-peer-'))
  const programs = new Map<PeerProgram, readonly Server[]>()
  const serversOf = async (program: PeerProgram): Promise<readonly Server[]> => {
    const running = programs.get(program)
    if (running !== undefined) return running
    const servers = await startServers(
      python,
      program,
      join(folder, String(programs.size)),
      how.each,
      context,
    )
    programs.set(program, servers)
    return servers
  }
  return Promise.resolve({
    status: 'ready',
    contendersFor: async (workload) => {
      const { peer, name } = workload
      if (peer === undefined) return []
      return (await serversOf(peer.program)).flatMap((server) => contendersOf(server, name, peer, scale))
    },
    close: () => {
      for (const { stop } of [...programs.values()].flat()) stop()
      rmSync(folder, { recursive: true, force: true })
    },
  })
}

/** What PyTorch's programs are told, once for each process, and the device they use. */
function peerArguments(request: BenchRequest): { device: string; each: readonly (readonly string[])[] } {
  const { device, peerDevice, toy } = request
  const name = peerDevice ?? (device === 'gpu' ? 'cuda' : 'cpu')
  const shared = ['--device', name, ...(toy ? ['--toy'] : [])]
  if (device === 'cpu')
    return { device: name, each: THREADS.map((threads) => [...shared, '--threads', String(threads)]) }
  const cells = Object.fromEntries(
    workloads.flatMap((workload) =>
      workload.onGpu ? [[workload.name, cellsOf(request, workload.onGpu)] as const] : [],
    ),
  )
  return { device: name, each: [[...shared, '--threads', '1', '--cells', JSON.stringify(cells)]] }
}

/** Why PyTorch has no such device; undefined where it has. */
function missingDevice(python: string, device: string): string | undefined {
  const code = 'import sys, torch; torch.zeros(1, device=sys.argv[1]).item()'
  const { status, stderr } = spawnSync(python, ['-c', code, device], { encoding: 'utf8' })
  return status === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? '')
}

async function startServers(
  python: string,
  program: PeerProgram,
  folder: string,
  each: readonly (readonly string[])[],
  context: BenchContext,
): Promise<readonly Server[]> {
  mkdirSync(folder)
  for (const [name, content] of Object.entries(await program.files(context)))
    writeFileSync(join(folder, name), content)
  const script = join(context.root, 'bench/peers', program.script)
  return Promise.all(each.map((how) => startServer(python, [script, '--serve', '--data', folder, ...how])))
}

interface About {
  readonly engine: string
  readonly version: string
  readonly threads: number
  readonly device: string
  /** Variants by workload. */
  readonly workloads: Readonly<Record<string, readonly string[]>>
}

interface Server {
  readonly about: About
  readonly ask: (request: object) => Promise<unknown>
  readonly stop: () => void
}

async function startServer(python: string, args: readonly string[]): Promise<Server> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(python, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  // A program that has died is told of by the answer that does not come.
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (request: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const line: IteratorResult<string, unknown> = await lines.next()
    if (line.done === true) throw new Error('the PyTorch peer ended without an answer')
    const answer = JSON.parse(line.value) as { readonly error?: string }
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }
  return { about: (await ask({ list: true })) as About, ask, stop: () => child.stdin.end() }
}

function contendersOf(
  { about, ask }: Server,
  name: string,
  peer: PeerMeasure,
  scale: Scale,
): readonly Contender[] {
  return (about.workloads[name] ?? []).map((variant) => ({
    engine: { name: about.engine, version: about.version },
    device: about.device,
    threads: about.threads,
    variant,
    peer: true,
    sample: async () => {
      const answer = await ask({ workload: name, variant, units: peer.units[scale] })
      const { seconds, units } = answer as { seconds: number; units: number }
      return { value: peer.figure(seconds / units) }
    },
    close: async () => {
      await ask({ forget: true })
    },
  }))
}
