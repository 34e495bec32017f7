/**
 * What kind of thing went wrong; it decides the exit code.
 * - `usage`: the command line, a suite or a plugin is not what it should be (exit 2)
 * - `nothing-matched`: a filter selected nothing (exit 3)
 * - `data`: a data set's files are missing, unreadable or not what they claim to be (exit 4)
 * - `infrastructure`: disk, process, engine or store failed (exit 4)
 * - `cell`: the work of one cell failed; the others go on (exit 1)
 * - `device`: a GPU was lost to the process that used it; another process may have it again, so that others go on (exit 4
 *   where nothing else can)
 */
export type ProblemKind = 'usage' | 'nothing-matched' | 'data' | 'infrastructure' | 'cell' | 'device'

/** A place in a file of the user's. `line` counts from 1, `column` from 0. */
export interface SourcePlace {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

export interface ProblemDetails {
  /** What to do next, as a sentence. */
  readonly hint?: string
  readonly place?: SourcePlace
  readonly cause?: unknown
}

/** An expected failure, told in words for the person who has to act on it. Anything else that is thrown is a bug. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly hint: string | undefined
  readonly place: SourcePlace | undefined

  constructor(kind: ProblemKind, message: string, details: ProblemDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'Problem'
    this.kind = kind
    this.hint = details.hint
    this.place = details.place
  }
}
