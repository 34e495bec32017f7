import { dirname, isAbsolute } from 'node:path'
import { placesIn } from '../values/places-in.ts'
import { Problem, type SourcePlace } from '../values/problem.ts'
import { adviceFor, readInWords } from './read-name.ts'

/** What was read, by name: a digest of what was found, or a word for it, such as `absent`. */
export type ReadRecord = Readonly<Record<string, string>>

/** What a planned plugin may read. */
export interface AllowedReads {
  readonly reads: ReadRecord
  /** Reads that its author says change no result. */
  readonly ignored: readonly string[]
}

/** Looks what a read finds now; null where nothing could be held on to, as of the clock. */
export type Look = (() => string) | null

interface Found {
  readonly value: string | null
  readonly look: Look
  readonly place: SourcePlace | undefined
}

/**
 * The reads of one plugin in this process. While a suite is planned they are recorded, and become part of the plugin's
 * identity; afterwards only what was recorded may be read, with the same answer. A read that may not be throws a
 * `Problem`, and is remembered: the plugin may catch that, and keeps what it has read.
 */
export class PluginReads {
  readonly #plugin: string
  readonly #found = new Map<string, Found>()
  readonly #files = new Set<string>()
  #allowed: AllowedReads | undefined
  #violation: Problem | undefined

  /** `plugin` is its kind and name: `model wide`. */
  constructor(plugin: string) {
    this.#plugin = plugin
  }

  /** Notes a read before it happens. `file` is the absolute path of what is read, if it is one. */
  note(name: string, look: Look, file?: string): void {
    if (this.#allowed === undefined) this.#record(name, look, file)
    else if (!this.#allowed.ignored.includes(name)) this.#check(name, look, this.#allowed.reads)
  }

  #record(name: string, look: Look, file: string | undefined): void {
    if (file !== undefined) this.#files.add(file)
    const value = look === null ? null : look()
    const before = this.#found.get(name)
    if (before === undefined) this.#found.set(name, { value, look, place: placeOfReader() })
    else if (before.value !== value)
      throw this.#violate(name, 'changed while the suite was planned', 'run again')
  }

  #check(name: string, look: Look, reads: ReadRecord): void {
    const planned = reads[name]
    if (look === null) throw this.#violate(name, 'is not part of what results are stored by', adviceFor(name))
    if (planned === undefined) {
      const hint =
        'read it when the file is loaded, at the top of the file, or import it: what is read there is part of the key; ' +
        `where no result depends on it: ignoredReads: [${JSON.stringify(name)}]`
      throw this.#violate(name, 'was not read when the suite was planned', hint)
    }
    if (planned !== look()) throw this.#violate(name, 'changed since the suite was planned', 'run again')
  }

  #violate(name: string, what: string, hint: string): Problem {
    const place = placeOfReader()
    const message = `the ${this.#plugin} reads ${readInWords(name)}, which ${what}`
    const problem = new Problem('usage', message, { hint, ...(place && { place }) })
    this.#violation ??= problem
    return problem
  }

  /** The first read that was not allowed: whatever the plugin gives afterwards may rest on it. */
  get violation(): Problem | undefined {
    return this.#violation
  }

  /** The absolute paths of the files that were read. */
  get files(): readonly string[] {
    return [...this.#files]
  }

  /** Whether everything that was read is as it was. */
  isCurrent(): boolean {
    return [...this.#found.values()].every(({ look, value }) => look === null || look() === value)
  }

  /** Records again, for another suite. */
  reopen(): void {
    this.#allowed = undefined
  }

  /**
   * Ends the recording; from now on only what it holds may be read. Throws a `Problem` of kind `usage` that names the
   * plugin and the place where something was read that no key can hold, as the clock, and is not among `ignored`.
   */
  settle(ignored: readonly string[]): AllowedReads {
    const kept = [...this.#found].filter(([name]) => !ignored.includes(name))
    for (const [name, { value, place }] of kept) {
      if (value !== null) continue
      throw new Problem(
        'usage',
        `the ${this.#plugin} reads ${readInWords(name)}, which no result can be stored by`,
        {
          hint: adviceFor(name),
          ...(place && { place }),
        },
      )
    }
    const reads = Object.fromEntries(kept.map(([name, { value }]) => [name, value ?? '']))
    this.#allowed = { reads, ignored }
    return this.#allowed
  }

  /** Allows what was found where the suite was planned, in another process. */
  expect(allowed: AllowedReads): void {
    this.#allowed = allowed
  }
}

/** The line of the plugin that reads: the first on the stack that is not of this folder or of Node. */
function placeOfReader(): SourcePlace | undefined {
  const places = placesIn(new Error()).filter(({ file }) => isAbsolute(file))
  const here = dirname(places[0]?.file ?? '')
  return places.find(({ file }) => dirname(file) !== here)
}
