import { parseArgs } from 'node:util'
import { Problem } from '../src/values/problem.ts'
import { dataChoices, type DataChoice } from './subject.ts'

/** What `npm run bench -- …` is asked to do. */
export interface BenchRequest {
  readonly json: boolean
  /** Only workloads whose names contain all these words; all where empty. */
  readonly filter: readonly string[]
  /** Samples of each contender; the workload's own number where absent. */
  readonly runs: number | undefined
  readonly peers: boolean
  readonly data: DataChoice | undefined
  readonly budget: number
  readonly help: boolean
}

/** Masks of a short search; the thesis evaluated 42,700. */
const BUDGET = 300

export const benchHelp = `Measures prune-bench itself.

Usage: npm run bench -- [options]

  --json          print the results as JSON, and nothing else, on standard output
  --filter WORDS  only workloads whose name has all these words
  --runs N        samples of each contender, instead of the workload's own number
  --peers         measure PyTorch too, in turn with prune-bench, and print ratios
  --data NAME     glyphs or mnist; mnist where PRUNE_BENCH_DATA is set, else glyphs
  --budget N      masks evaluated by the search; ${BUDGET} by default, the thesis had 42700
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
    peers: values.peers ?? false,
    data: values.data === undefined ? undefined : chosen(values.data),
    budget: values.budget === undefined ? BUDGET : count('budget', values.budget),
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
        peers: { type: 'boolean' },
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

function chosen(text: string): DataChoice {
  const found = dataChoices.find((name) => name === text)
  if (found !== undefined) return found
  throw new Problem('usage', `--data is "${text}"`, { hint: `it is one of ${dataChoices.join(', ')}` })
}
