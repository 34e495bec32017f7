import { digest } from '../values/digest.ts'
import type { PluginReads } from './plugin-reads.ts'
import { copyWith, seenThrough, wrapped, type Fn } from './wrap.ts'

/** What a plugin finds under the names that tell of more than what it is given. */
export interface RecordedGlobals {
  readonly process: unknown
  readonly Date: unknown
  readonly Math: unknown
  readonly performance: unknown
  readonly crypto: unknown
  readonly fetch: unknown
  readonly WebSocket: unknown
  readonly EventSource: unknown
  readonly navigator: unknown
  readonly globalThis: unknown
}

export const globalNames = [
  'process',
  'Date',
  'Math',
  'performance',
  'crypto',
  'fetch',
  'WebSocket',
  'EventSource',
  'navigator',
] as const satisfies readonly (keyof RecordedGlobals)[]

/** Functions of `crypto` whose results nobody can foresee. */
export const randomFunctions = /^(random|getRandomValues|generateKey|generatePrime|pseudoRandomBytes|p?rng$)/

const clocks = [
  'hrtime',
  'uptime',
  'cpuUsage',
  'memoryUsage',
  'resourceUsage',
  'constrainedMemory',
  'availableMemory',
]
const machine = [
  'platform',
  'arch',
  'version',
  'versions',
  'release',
  'config',
  'features',
  'execPath',
  'title',
]

/** The globals as a plugin sees them. `builtin` gives it Node's modules; `file` is its bundle. */
export function recordedGlobals(
  reads: PluginReads,
  builtin: (name: string) => unknown,
  file: string,
): RecordedGlobals {
  const real = globalThis as unknown as Readonly<Record<string, unknown>>
  const clock = () => reads.note('clock', null)
  const random = () => reads.note('random', null)
  const network = () => reads.note('network', null)
  const refusing = (name: string) => {
    const value = real[name]
    return typeof value === 'function' ? wrapped(value as Fn, network) : value
  }
  const env = recordedEnv(reads)
  const globals: Record<string, unknown> = {
    process: seenThrough(process, (name) => {
      if (name === 'env') return { value: env }
      // the command line is the program's, and another one in a worker
      if (name === 'argv') return { value: [process.execPath, file] }
      if (name === 'getBuiltinModule') return { value: builtin }
      const value: unknown = Reflect.get(process, name)
      if (clocks.includes(String(name))) return { value: wrapped(value as Fn, clock) }
      if (/^(dlopen|_?(linked)?binding)$/i.test(String(name)))
        return { value: wrapped(value as Fn, () => reads.note('foreign-code', null)) }
      if (name === 'stdin') reads.note('stdin', null)
      if (name === 'pid' || name === 'ppid') reads.note('process-id', null)
      if (machine.includes(String(name))) noteMachine(reads, String(name), value)
      return undefined
    }),
    Date: new Proxy(Date, {
      construct(target, args, newTarget) {
        if (args.length === 0) clock()
        return Reflect.construct(target, args, newTarget) as object
      },
      apply(target) {
        clock()
        return target()
      },
      get: (target, name, receiver) =>
        name === 'now' ? wrapped(target.now, clock) : (Reflect.get(target, name, receiver) as unknown),
    }),
    Math: copyWith(Math, { random: wrapped(Math.random, random) }),
    performance: seenThrough(performance, (name) => {
      if (['now', 'timeOrigin', 'mark', 'measure', 'toJSON', 'eventLoopUtilization'].includes(String(name)))
        clock()
      return undefined
    }),
    crypto: seenThrough(crypto, (name) => {
      if (!randomFunctions.test(String(name))) return undefined
      return { value: wrapped((crypto[name as 'randomUUID'] as Fn).bind(crypto), random) }
    }),
    fetch: refusing('fetch'),
    WebSocket: refusing('WebSocket'),
    EventSource: refusing('EventSource'),
    navigator:
      typeof real.navigator === 'object' && real.navigator !== null
        ? seenThrough(real.navigator, (name) => {
            noteMachine(reads, String(name), Reflect.get(real.navigator as object, name))
            return undefined
          })
        : undefined,
  }
  const everything = new Proxy(globalThis, {
    get(target, name, receiver) {
      if (name === 'globalThis' || name === 'global') return everything as unknown
      return typeof name === 'string' && Object.hasOwn(globals, name)
        ? globals[name]
        : (Reflect.get(target, name, receiver) as unknown)
    },
  })
  return { ...globals, globalThis: everything } as unknown as RecordedGlobals
}

/** Notes a property of the machine that plans and computes. */
export function noteMachine(reads: PluginReads, name: string, value: unknown): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  reads.note(`machine ${name}`, () => digest(text))
}

function recordedEnv(reads: PluginReads): NodeJS.ProcessEnv {
  const own = new Set<string>()
  const see = (name: string | symbol) => {
    if (typeof name !== 'string' || own.has(name)) return
    reads.note(`env ${name}`, () => {
      const value = process.env[name]
      return value === undefined ? 'unset' : digest(value)
    })
  }
  const seeNames = () => reads.note('env-names', () => digest(Object.keys(process.env).sort().join('\n')))
  return new Proxy(process.env, {
    get(target, name) {
      see(name)
      return target[name as string]
    },
    has(target, name) {
      see(name)
      return name in target
    },
    // asked for every name that is listed: what is seen is that there is one, until its value is asked for
    getOwnPropertyDescriptor(target, name) {
      seeNames()
      if (!Object.hasOwn(target, name)) return undefined
      return {
        get() {
          see(name)
          return target[name as string]
        },
        enumerable: true,
        configurable: true,
      }
    },
    ownKeys(target) {
      seeNames()
      return Reflect.ownKeys(target)
    },
    set(target, name, value: string) {
      own.add(String(name))
      target[String(name)] = value
      return true
    },
    deleteProperty(target, name) {
      own.add(String(name))
      return Reflect.deleteProperty(target, name)
    },
  })
}
