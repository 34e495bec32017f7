import { parseArgs, type ParseArgsConfig } from 'node:util'
import { closest } from '../values/closest.ts'
import { Problem } from '../values/problem.ts'

/** One option of the command line. */
export interface Flag {
  readonly type: 'boolean' | 'string'
  readonly short?: string
  /** What stands for the value in help texts. */
  readonly value?: string
  readonly help: string
  /** What joins its values where it may be given several times. */
  readonly joint?: string
}

/** All options of all commands: one name means one thing. */
export const flags = {
  profile: {
    type: 'string',
    short: 'p',
    value: 'NAME',
    help: "the suite's profile; the first one by default",
  },
  data: {
    type: 'string',
    value: 'NAME',
    help: "this one of the suite's data sets; by default the first that can be had",
  },
  filter: {
    type: 'string',
    short: 't',
    value: 'WORDS',
    joint: ' | ',
    help: 'only cells whose name has all these words: "snip 90% seed=1"; "a|b": either, "!a": not a; again: or these',
  },
  shard: {
    type: 'string',
    value: 'I/N',
    help: 'one of N parts of the cells, for N machines; prune-bench merge puts them together',
  },
  seed: { type: 'string', value: 'N,…', joint: ',', help: "these seeds instead of the suite's" },
  workers: {
    type: 'string',
    short: 'w',
    value: 'N',
    help: 'worker processes; by default one per core, as far as memory is free',
  },
  threads: {
    type: 'string',
    value: 'N',
    help: 'threads of each worker; 1 by default (more may change last bits)',
  },
  together: {
    type: 'string',
    value: 'N',
    help: 'units that one process computes at the same time on a GPU; 64 by default',
  },
  runtime: { type: 'string', value: 'NAME', help: 'auto, onnx, cuda, tensorflow, webgpu, wasm or cpu' },
  device: {
    type: 'string',
    value: 'NAME',
    help: 'cpu, gpu, or auto: the faster one for a new suite, measured once; else that of its last run',
  },
  bail: { type: 'string', value: 'N', help: 'stop after N failed units' },
  retry: { type: 'string', value: 'N', help: 'try a failed unit N times more' },
  timeout: {
    type: 'string',
    value: 'TIME',
    help: 'stop a unit that takes longer (90s, 10m, 2h; a bare number is seconds), time of others in its process not counted',
  },
  'stop-after': {
    type: 'string',
    value: 'TIME',
    help: 'stop then (90s, 10m, 2h), keep what is done, tell how long the rest takes',
  },
  force: {
    type: 'boolean',
    help: 'compute the selected cells, and all they are made from, again; fail where the result differs',
  },
  replace: { type: 'boolean', help: 'with --force: where a result differs, keep the new one' },
  watch: {
    type: 'boolean',
    help: 'run again whenever the suite or a plugin changes; Ctrl-C leaves',
  },
  update: { type: 'boolean', help: 'accept the results as the baseline; see prune-bench baseline' },
  ops: { type: 'boolean', help: 'list the operations that a GPU leaves to the processor, too' },
  'older-than': {
    type: 'string',
    value: 'TIME',
    help: 'cache gc: forget runs that are older (30d), with what only they need',
  },
  'max-size': {
    type: 'string',
    value: 'SIZE',
    help: 'cache gc: forget the oldest runs until the artifacts of the others fit (2GB)',
  },
  yes: { type: 'boolean', help: 'cache gc: remove what it shows' },
  store: { type: 'string', value: 'DIR', help: 'the store; .prune-bench by default' },
  output: { type: 'string', short: 'o', value: 'DIR', help: 'the folder for reports; reports by default' },
  open: { type: 'boolean', help: 'show the report in a browser' },
  reporter: {
    type: 'string',
    value: 'NAME',
    help: 'github: annotations and a step summary; the default where GITHUB_ACTIONS is true (none: neither)',
  },
  json: { type: 'boolean', help: 'print results.json instead of tables' },
  quiet: { type: 'boolean', short: 'q', help: 'no progress, only failures' },
  color: { type: 'boolean', help: 'colours even where the output is no terminal' },
  'no-color': { type: 'boolean', help: 'no colours' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
  version: { type: 'boolean', short: 'V', help: 'show the version' },
} as const satisfies Readonly<Record<string, Flag>>

export type FlagName = keyof typeof flags

/** Options as given; absent ones are undefined. */
export type Options = {
  readonly [F in FlagName]?: (typeof flags)[F]['type'] extends 'boolean' ? boolean : string
}

export interface Arguments {
  readonly positionals: readonly string[]
  readonly options: Options
}

/** Splits a command line. Throws a `Problem` for an unknown option, a missing value, or an option that is given twice. */
export function parseArguments(argv: readonly string[]): Arguments {
  const options: ParseArgsConfig['options'] = Object.fromEntries(
    Object.entries(flags).map(([name, flag]: [string, Flag]) => [
      name,
      { type: flag.type, ...(flag.short === undefined ? {} : { short: flag.short }) },
    ]),
  )
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...argv],
      ...{ options, allowPositionals: true, tokens: true },
    })
    const given = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []))
    return { positionals, options: { ...values, ...repeated(given) } }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const name = /'(?:-\w, )?(-{1,2}[\w-]+)/.exec((error as Error).message)?.[1] ?? ''
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const near = closest(name.replace(/^-+/, ''), Object.keys(flags))
      throw new Problem('usage', `there is no option ${name}`, {
        hint: near === undefined ? 'prune-bench --help lists the options' : `did you mean --${near}?`,
      })
    }
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
      throw new Problem('usage', (error as Error).message, {
        hint: 'prune-bench --help shows how options are written',
      })
    }
    throw error
  }
}

/** Options that are given several times: their values joined. Throws a `Problem` for one that has a single value. */
function repeated(given: readonly { readonly name: string; readonly value?: string | undefined }[]): Options {
  const several = Object.entries(flags as Readonly<Record<string, Flag>>).flatMap(([name, flag]) => {
    const all = given.filter((one) => one.name === name).map(({ value }) => value)
    if (flag.type === 'boolean' || all.length < 2) return []
    if (flag.joint !== undefined) return [[name, all.join(flag.joint)]]
    throw new Problem('usage', `--${name} is given ${all.length} times: ${all.join(', ')}`, {
      hint: 'give it once',
    })
  })
  return Object.fromEntries(several) as Options
}

/** A whole number given as an option. Throws a `Problem` naming the option where it is none or too small. */
export function wholeNumber(name: FlagName, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < least) {
    throw new Problem(
      'usage',
      `--${name} is ${JSON.stringify(text)}, not a whole number of at least ${least}`,
      {
        hint: `write --${name} ${Math.max(least, 1)}`,
      },
    )
  }
  return value
}

/** Seconds of a time given as `90s`, `10m` or `2h`; a bare number is seconds where the option says so. Throws a `Problem` naming the option where it is none. */
export function secondsOf(name: FlagName, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, number = '', unit = name === 'timeout' ? 's' : ''] =
    /^(\d+(?:\.\d+)?)([smhd])?$/.exec(text.trim()) ?? []
  const seconds = Number(number) * (secondsPer[unit] ?? Number.NaN)
  if (seconds > 0) return seconds
  throw new Problem('usage', `--${name} is ${JSON.stringify(text)}, not a time`, {
    hint: `write --${name} 90s, --${name} 10m, --${name} 2h or --${name} 30d`,
  })
}

const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** A list of whole numbers given as `1,2,3`. */
export function wholeNumbers(name: FlagName, text: string | undefined): readonly number[] | undefined {
  const values = text?.split(',').map((part) => wholeNumber(name, part, 0) as number)
  const repeated = values?.find((value, i) => values.indexOf(value) !== i)
  if (repeated === undefined) return values
  throw new Problem('usage', `--${name} has ${repeated} twice`, { hint: 'leave one of them out' })
}

/** Bytes of a size given as `500MB` or `2GiB`. Throws a `Problem` naming the option where it is none. */
export function bytesOf(name: FlagName, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, number = '', unit = '', binary] = /^(\d+(?:\.\d+)?)\s*([kmgt])(i)?b$/i.exec(text.trim()) ?? []
  const power = 'kmgt'.indexOf(unit.toLowerCase()) + 1
  if (unit !== '') return Number(number) * (binary === undefined ? 1000 : 1024) ** power
  throw new Problem('usage', `--${name} is ${JSON.stringify(text)}, not a size`, {
    hint: `write --${name} 500MB or --${name} 2GB`,
  })
}
