import { exitCodes } from '../src/cli/exit-code.ts'
import { version } from '../src/cli/version.ts'
import type { Dataset } from '../src/values/dataset.ts'
import { Problem } from '../src/values/problem.ts'
import { benchHelp, parseRequest, type BenchRequest } from './arguments.ts'
import { allKept, workloadResult, type Bounds, type BenchDocument, type WorkloadResult } from './document.ts'
import { commitOf, currentLoad, describeMachine } from './machine.ts'
import { measureInTurns, measureOneByOne } from './measure.ts'
import type { DataKind, loadData } from './data.ts'
import { benchTable } from './table.ts'
import type { Peers } from './torch-peer.ts'
import { scaleOf, settingsOf } from './settings.ts'
import type { BenchContext, Contender, Workload } from './workload.ts'

/** What a run of the benchmarks is given; tests give it fakes. */
export interface BenchEnvironment {
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly workloads: readonly Workload[]
  readonly openPeers: (context: BenchContext, request: BenchRequest) => Promise<Peers>
  readonly loadData: typeof loadData
  /** Throws where old code would be measured. */
  readonly checkFresh: () => void
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
}

/** Runs one command line of `npm run bench` and returns its exit code: 1 where a limit was not kept. */
export async function runBench(argv: readonly string[], environment: BenchEnvironment): Promise<number> {
  const { stdout, stderr } = environment
  try {
    const request = parseRequest(argv)
    if (request.help) {
      stdout(benchHelp)
      return exitCodes.ok
    }
    const document = await benchmarks(request, environment)
    stdout(request.json ? `${JSON.stringify(document, null, 2)}\n` : benchTable(document))
    return allKept(document.workloads) ? exitCodes.ok : exitCodes.failed
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    stderr(`${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`)
    return exitCodes[error.kind]
  }
}

async function benchmarks(request: BenchRequest, environment: BenchEnvironment): Promise<BenchDocument> {
  const { root, env } = environment
  const selected = select(environment.workloads, request)
  environment.checkFresh()
  const before = currentLoad()
  const datasets = new Map<DataKind, Promise<Dataset>>()
  const context: Omit<BenchContext, 'settings'> = {
    root,
    env,
    budget: request.budget,
    scale: scaleOf(request),
    tell: (line) => environment.stderr(`  ${line}\n`),
    dataset: (kind) => {
      const dataset = datasets.get(kind) ?? environment.loadData(kind, request.data, env)
      datasets.set(kind, dataset)
      return dataset
    },
  }
  const peers: Peers = request.peers
    ? await environment.openPeers({ ...context, settings: [] }, request)
    : { status: 'skipped', why: 'not asked for (--peers)' }
  if (request.peers && peers.status === 'skipped') environment.stderr(`Peers: ${peers.why}\n`)
  const results: WorkloadResult[] = []
  try {
    for (const workload of selected) {
      const others = peers.status === 'ready' ? await peers.contendersFor(workload) : []
      results.push(
        await oneWorkload(
          workload,
          others,
          { ...context, settings: settingsOf(request, workload) },
          request,
          environment.stderr,
        ),
      )
    }
  } finally {
    if (peers.status === 'ready') peers.close()
  }
  return {
    schema: 2,
    date: new Date().toISOString(),
    versions: { 'prune-bench': version(), node: process.versions.node, commit: commitOf(root) },
    scale: scaleOf(request),
    machine: describeMachine(before, request.device === 'gpu'),
    data: (await Promise.all(datasets.values())).map(({ name }) => name),
    peers: { measured: peers.status === 'ready', why: peers.status === 'ready' ? null : peers.why },
    workloads: results,
  }
}

async function oneWorkload(
  workload: Workload,
  others: readonly Contender[],
  context: BenchContext,
  request: BenchRequest,
  stderr: (text: string) => void,
): Promise<WorkloadResult> {
  stderr(`${workload.name}: ${workload.summary}\n`)
  const contenders = [...(await workload.open(context)), ...others]
  const { runs = workload.runs, seconds } = request
  const onGpu = request.device === 'gpu'
  const measure = onGpu ? measureOneByOne : measureInTurns
  const measured = await measure(contenders, { runs, seconds }, (round, contender) => {
    if (onGpu && round === 0) stderr(`  ${described(contender)}\n`)
    if (!onGpu && contender === contenders[0])
      stderr(`  ${round === 0 ? 'warm-up' : `round ${round} of ${runs}`}\n`)
  })
  return workloadResult(workload, contenders, measured, boundsOf(request, workload))
}

/** On a GPU the aim is the same for everything that a peer does too: to be no slower, per network. */
function boundsOf({ device, toy }: BenchRequest, { better, peer }: Workload): Bounds {
  if (toy) return {}
  if (device === 'cpu') return peer ?? {}
  return better === 'lower' ? { atMost: 1 } : { atLeast: 1 }
}

function described({ engine, device, variant }: Contender): string {
  return [`${engine.name} on the ${device}`, variant].filter((text) => text !== '').join(', ')
}

function select(
  all: readonly Workload[],
  { filter: words, device }: Pick<BenchRequest, 'filter' | 'device'>,
): readonly Workload[] {
  const workloads = all.filter(({ onGpu }) => device === 'cpu' || onGpu !== undefined)
  const selected = workloads.filter(({ name }) => words.every((word) => name.includes(word)))
  if (selected.length > 0) return selected
  throw new Problem('nothing-matched', `no workload is named like "${words.join(' ')}"`, {
    hint: `there are ${workloads.map(({ name }) => name).join(', ')}`,
  })
}
