import { parseArgs } from 'node:util'
import { Problem } from '../src/values/problem.ts'
import { dataChoices, type DataKind, type DataName, type DataRequest } from './data.ts'

/** What `npm run bench -- …` is asked to do. */
export interface BenchRequest {
  readonly json: boolean
  /** Only workloads whose names contain all these words; all where empty. */
  readonly filter: readonly string[]
  /** Samples of each contender; the workload's own number where absent. */
  readonly runs: number | undefined
  /** About how long one workload may take: fewer samples then, but one of each contender. No limit where absent. */
  readonly seconds: number | undefined
  readonly peers: boolean
  /** What is compared: threads of a CPU, or a GPU and how many networks at once it computes. */
  readonly device: 'cpu' | 'gpu'
  /** Networks at once on a GPU; the workloads' own numbers where absent. */
  readonly cells: readonly number[] | undefined
  /** The device that PyTorch is to use, by PyTorch's own name; where absent, cpu or cuda as `device` says. */
  readonly peerDevice: string | undefined
  readonly toy: boolean
  readonly data: DataRequest
  /** Masks of a search; the workload's own number where absent. */
  readonly budget: number | undefined
  readonly help: boolean
}

export const benchHelp = `Measures prune-bench itself.

Usage: npm run bench -- [options]

  --json          print the results as JSON, and nothing else, on standard output
  --filter WORDS  only workloads whose name has all these words
  --runs N        samples of each contender, instead of the workload's own number
  --device NAME   cpu: 1 and 2 threads. gpu: the GPU with one network, and with several at once, beside all threads
  --cells N,…     networks at once on the GPU, instead of the workloads' own numbers
  --seconds N     about so long for each workload: fewer samples, but one of each contender
  --peers         measure PyTorch too, in turn with prune-bench, and print ratios; on a GPU, one after the other
  --peer-device D the device PyTorch uses: cpu, or cuda with --device gpu, by default
  --toy           sizes that only show whether everything works
  --data NAMES    mnist or glyphs, cifar10 or textures: mnist,textures; by default mnist and cifar10 where they
                  are there (PRUNE_BENCH_DATA, or the cache), else the others, which are generated
  --budget N      masks evaluated by a search; the thesis had 42700 (MLP) and 8219 (CNN)
`

/** Reads the command line. Throws a `Problem` of kind `usage` that names what is wrong with it. */
export function parseRequest(argv: readonly string[]): BenchRequest {
  const { values, positionals } = parsed(argv)
  if (positionals.length > 0)
    throw new Problem('usage', `${positionals.join(' ')} is no option`, {
      hint: `to choose workloads, write --filter "${positionals.join(' ')}"`,
    })
  return {
    json: values.json ?? false,
    filter: (values.filter ?? '').split(/\s+/).filter((word) => word !== ''),
    runs: values.runs === undefined ? undefined : count('runs', values.runs),
    seconds: values.seconds === undefined ? undefined : count('seconds', values.seconds),
    peers: values.peers ?? false,
    device: deviceOf(values.device ?? 'cpu'),
    cells: values.cells?.split(',').map((text) => count('cells', text)),
    peerDevice: values['peer-device'],
    toy: values.toy ?? false,
    data: values.data === undefined ? {} : chosen(values.data),
    budget: values.budget === undefined ? undefined : count('budget', values.budget),
    help: values.help ?? false,
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        filter: { type: 'string' },
        runs: { type: 'string' },
        seconds: { type: 'string' },
        peers: { type: 'boolean' },
        device: { type: 'string' },
        cells: { type: 'string' },
        'peer-device': { type: 'string' },
        toy: { type: 'boolean' },
        data: { type: 'string' },
        budget: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new Problem('usage', error instanceof Error ? error.message : String(error), {
      hint: 'npm run bench -- --help shows the options',
      cause: error,
    })
  }
}

function count(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new Problem('usage', `--${option} is "${text}", not a whole number of at least 1`, {
    hint: `write --${option} 5`,
  })
}

function deviceOf(text: string): 'cpu' | 'gpu' {
  if (text === 'cpu' || text === 'gpu') return text
  throw new Problem('usage', `--device is "${text}"`, { hint: 'write --device cpu or --device gpu' })
}

function chosen(text: string): DataRequest {
  const request: Partial<Record<DataKind, DataName>> = {}
  for (const name of text.split(',')) {
    const kind = kinds.find((one) => dataChoices[one].some((known) => known === name))
    if (kind === undefined)
      throw new Problem('usage', `--data is "${text}"`, {
        hint: `there are ${kinds.map((one) => dataChoices[one].join(' or ')).join(', ')}`,
      })
    if (request[kind] !== undefined)
      throw new Problem('usage', `--data names both ${request[kind]} and ${name}`, {
        hint: `networks for ${kind} are measured on one of them`,
      })
    request[kind] = name as DataName
  }
  return request
}

const kinds = Object.keys(dataChoices) as DataKind[]
