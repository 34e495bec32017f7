import type { Readable } from 'node:stream'
import type { Unit, UnitKind } from '../plan/types.ts'
import { openStore } from '../store/index.ts'
import type { ArtifactStore } from '../store/types.ts'
import type { RunUnit } from '../units/types.ts'
import type { JsonObject } from '../values/json.ts'
import { Problem } from '../values/problem.ts'
import { artifactCache } from './artifact-cache.ts'
import type { ArtifactCache } from './artifact-cache.ts'
import { createCompany } from './company.ts'
import type { Attendee } from './company.ts'
import { failureOfError } from './failure-of.ts'
import { dieWithParent } from './lifeline.ts'
import { readLines } from './lines.ts'
import type { UnitMessage, WorkerCommand, WorkerMessage } from './protocol.ts'
import type { WorkerSetup } from './types.ts'
import { unitContext } from './unit-context.ts'
import { workerResources } from './worker-resources.ts'
import type { WorkerDoors, WorkerResources } from './worker-resources.ts'

const CACHED_BYTES = 64 * 2 ** 20
const EXIT_BROKEN = 70

/** One runner for every kind of unit. */
export type Runners = { readonly [K in UnitKind]: RunUnit<K> }

export interface ServeWorkerOptions extends WorkerDoors {
  /** Commands of the parent: the standard input. */
  readonly input: Readable
  /** Writes a line to the parent, synchronously: `writeEvent`. */
  readonly write: (line: string) => void
  readonly runners: Runners
}

interface Equipment {
  readonly store: ArtifactStore
  readonly cache: ArtifactCache
  readonly resources: WorkerResources
}

/**
 * Makes this process a worker: computes the units that its parent names, puts their artifacts into the store and tells how
 * they go. Ends with its parent. A rejection that nobody handles ends the process; it fails the running unit, where there
 * is but one.
 */
export function serveWorker({ input, write, runners, ...doors }: ServeWorkerOptions): void {
  const tell = (message: WorkerMessage): void => write(JSON.stringify(message))
  let setup: WorkerSetup | undefined
  let equipment: Equipment | undefined
  const company = createCompany()
  const running = new Set<Unit>()

  // Ctrl-C is for the parent to act on
  process.on('SIGINT', () => undefined)
  process.on('uncaughtException', (error) => {
    console.error(error)
    const [unit, ...others] = running
    if (unit !== undefined && others.length === 0)
      tell({ key: unit.key, type: 'failed', ...described(error), last: true })
    process.exit(EXIT_BROKEN)
  })
  input.on('end', () => process.exit(0))
  readLines(input, (line) => {
    const command = JSON.parse(line) as WorkerCommand
    if (command.type === 'setup') {
      dieWithParent(command.parent)
      setup = command.setup
      return
    }
    if (command.type === 'answer') {
      tell({ type: 'answered' })
      return
    }
    const { unit } = command
    running.add(unit)
    tell({ key: unit.key, type: 'accepted' })
    const attendee = company.enter()
    void run(unit, attendee).then((message) => {
      running.delete(unit)
      attendee.leave()
      tell(message)
    })
  })
  tell({ type: 'ready' })

  async function run(unit: Unit, attendee: Attendee): Promise<UnitMessage> {
    const { key } = unit
    try {
      equipment ??= equip()
    } catch (error) {
      return { key, type: 'failed', ...described(error), last: false }
    }
    const live = unitContext(unit, {
      ...equipment,
      spent: () => attendee.seconds(),
      onProgress: (progress) => tell({ ...progress, key, type: 'progress' }),
      onResumed: (resumed) => tell({ ...resumed, key, type: 'resumed' }),
    })
    try {
      const artifact = await (runners[unit.kind] as RunUnit<UnitKind>)(unit, live.context)
      const seconds = live.seconds()
      live.close()
      const violation = live.violation()
      if (violation !== undefined) throw violation
      const published = await equipment.store.publish(unit.key, artifact, {
        document: unit.document as unknown as JsonObject,
        label: unit.label,
        seconds,
        created: new Date().toISOString(),
      })
      return { key, type: 'finished', seconds, published }
    } catch (thrown) {
      live.close()
      // an error may be what became of a read that was refused
      const error = live.violation() ?? thrown
      const badInput = live.badInput()
      if (badInput !== undefined) return { key, type: 'bad-input', input: badInput }
      const last = error instanceof Problem && error.kind === 'device'
      if (last && running.size > 1) giveUp(error)
      return { key, type: 'failed', ...described(error), last }
    }
  }

  /** Nothing more can be computed here, and no unit is known to be the cause: the parent tries fewer of them at once. */
  function giveUp({ message }: Problem): never {
    console.error(message)
    process.exit(EXIT_BROKEN)
  }

  function equip(): Equipment {
    if (setup === undefined) throw new Error('The worker was given a unit before its setup')
    const store = openStore(setup.store, {
      replace: setup.replace ?? false,
      onQuarantine: (quarantined) => tell({ ...quarantined, type: 'quarantined' }),
    })
    return {
      store,
      cache: artifactCache(CACHED_BYTES),
      resources: workerResources(setup, store, doors, company),
    }
  }
}

function described(error: unknown): Pick<UnitMessage & { type: 'failed' }, 'failure' | 'problem'> {
  const failure = failureOfError(error)
  return error instanceof Problem ? { failure, problem: error.kind } : { failure }
}
