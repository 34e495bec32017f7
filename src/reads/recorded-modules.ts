import { isBuiltin } from 'node:module'
import type * as os from 'node:os'
import type { PluginReads } from './plugin-reads.ts'
import { recordedFs } from './recorded-fs.ts'
import { noteMachine, randomFunctions, type RecordedGlobals } from './recorded-globals.ts'
import { copyWith, wrapped, type Fn } from './wrap.ts'

/** Members of Node's modules whose use no key can hold: what kind of read it is, and which members. */
const refused: Readonly<Record<string, readonly [read: string, members: RegExp]>> = {
  child_process: ['child-process', /^(exec|spawn|fork)/],
  cluster: ['child-process', /^fork$/],
  worker_threads: ['thread', /^Worker$/],
  http: ['network', /^(request|get|ClientRequest)$/],
  https: ['network', /^(request|get)$/],
  http2: ['network', /^connect$/],
  net: ['network', /^(connect|createConnection|Socket|Stream)$/],
  tls: ['network', /^(connect|TLSSocket)$/],
  dgram: ['network', /^(createSocket|Socket)$/],
  dns: ['network', /^(lookup|resolve|reverse|Resolver)/],
  'dns/promises': ['network', /^(lookup|resolve|reverse|Resolver)/],
  vm: ['foreign-code', /^(run|compile|createContext|Script|SourceTextModule)/],
  inspector: ['foreign-code', /^(Session|open)$/],
  'inspector/promises': ['foreign-code', /^(Session|open)$/],
  sqlite: ['foreign-code', /^DatabaseSync$/],
  wasi: ['foreign-code', /^WASI$/],
  crypto: ['random', randomFunctions],
}

const clocksOfMachine = /^(freemem|uptime|loadavg)$/

/** Node's modules that tell more than what a plugin is given. Bundles ask for them by these names. */
const recordedNames: ReadonlySet<string> = new Set([
  ...Object.keys(refused),
  ...['fs', 'fs/promises', 'os', 'process', 'perf_hooks', 'module'],
])

/** The name without `node:` of a module that is recorded; undefined for any other. */
export function recordedModule(name: string): string | undefined {
  if (!isBuiltin(name)) return undefined
  const bare = name.replace(/^node:/, '')
  return recordedNames.has(bare) ? bare : undefined
}

/** Node's modules as a plugin sees them. `requireOf` gives it a `require` for one of its files. */
export function recordedModules(
  reads: PluginReads,
  root: string,
  globals: () => RecordedGlobals,
  requireOf: (file: string) => unknown,
): (name: string) => unknown {
  const made = new Map<string, unknown>()

  function make(name: string): unknown {
    const real = process.getBuiltinModule(name) as object
    if (name === 'process') return globals().process
    if (name === 'perf_hooks') return copyWith(real, { performance: globals().performance })
    if (name === 'os') return recordedOs(real as typeof os, reads)
    if (name === 'module') {
      const { builtinModules } = real as { builtinModules: readonly string[] }
      return {
        builtinModules,
        isBuiltin,
        createRequire: (from: string | URL) => requireOf(String(from)),
      }
    }
    if (name === 'fs' || name === 'fs/promises') {
      const { fs, promises } = recordedFs(reads, root)
      made.set('fs/promises', promises)
      made.set('fs', fs)
      return made.get(name)
    }
    const [read, members] = refused[name] ?? ['', /$^/]
    const own = membersOf(real, members, () => reads.note(read, null))
    if (name === 'dns') own.promises = module('dns/promises')
    return copyWith(real, name === 'crypto' ? { ...own, webcrypto: globals().crypto } : own)
  }

  function module(name: string): unknown {
    const bare = recordedModule(name)
    if (bare === undefined) return process.getBuiltinModule(name)
    if (!made.has(bare)) made.set(bare, make(bare))
    return made.get(bare)
  }
  return module
}

function membersOf(real: object, members: RegExp, before: () => void): Record<string, unknown> {
  const found = Object.entries(real).filter(
    ([name, value]) => members.test(name) && typeof value === 'function',
  )
  return Object.fromEntries(found.map(([name, value]) => [name, wrapped(value as Fn, before)]))
}

function recordedOs(real: typeof os, reads: PluginReads): object {
  const functions = Object.entries(real).filter(([, value]) => typeof value === 'function') as [string, Fn][]
  return copyWith(
    real,
    Object.fromEntries(
      functions.map(([name, fn]) => [
        name,
        wrapped(fn, () => {
          if (clocksOfMachine.test(name)) reads.note('clock', null)
          // the times that cores have worked are no property of a machine
          else if (name === 'cpus')
            noteMachine(
              reads,
              name,
              real.cpus().map(({ model }) => model),
            )
          else noteMachine(reads, name, fn())
        }),
      ]),
    ),
  )
}
