import { plainText } from '../values/plain-text.ts'
import { failureCause } from './failure-lines.ts'
import { paint as painter } from './paint.ts'
import { initialProgress, progressAfter, type ProgressEvent, type Weights } from './progress-state.ts'
import { progressLine, renderProgress } from './render-progress.ts'
import { counted, integer } from './words.ts'

export interface LiveViewOptions {
  /** Standard error, or something like it. */
  readonly stream: { write(text: string): unknown }
  readonly isTTY: boolean
  /** The terminal's width now; it may change while the run goes on. */
  readonly columns: number | (() => number)
  readonly colour: boolean
  /** Milliseconds. */
  readonly now?: () => number
  /** Only failures, damaged artifacts and conflicts are told. */
  readonly quiet?: boolean
  /** Expected cost of each unit, for the percentage and the time left; each counts the same where absent. */
  readonly weights?: Weights
}

/** Progress of a run while it goes on. */
export interface LiveView {
  /** Takes in one event of the run. */
  readonly event: (event: ProgressEvent) => void
  /** Writes a line of text above the progress. */
  readonly log: (line: string) => void
  /** Clears the progress and stops its clock; safe to call more than once. */
  readonly stop: () => void
}

const REDRAW = 100
const REDRAW_IDLE = 1000
/** Plain lines come every 5 s in the first minute, then every 30 s: a log of a long run stays readable. */
const PLAIN = 5000
const PLAIN_LATER = 30_000
const LATER = 60_000

/**
 * Shows a run's progress: a few lines redrawn at most ten times a second on a terminal, else a plain line now and then.
 * Failures, damaged artifacts and conflicts are told at once, each on a line of its own that stays.
 */
export function createLiveView(options: LiveViewOptions): LiveView {
  const { stream, isTTY, colour, now = Date.now, quiet = false, weights } = options
  const paint = painter(colour)
  const width = typeof options.columns === 'number' ? () => options.columns as number : options.columns
  let state = initialProgress()
  let drawn = 0
  let drawnAt = -Infinity
  let plainAt = -Infinity
  let changed = false
  let clock: ReturnType<typeof setInterval> | undefined

  const back = () => (drawn === 0 ? '' : `\r\u001b[${drawn}A`)
  const draw = () => {
    const lines = renderProgress(state, { columns: width(), now: now(), colour, weights })
    // Each line is cleared behind its text: clearing all first flickers, and some terminals keep what was cleared.
    stream.write(`${back()}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`)
    drawn = lines.length
    drawnAt = now()
    changed = false
  }
  const clear = () => {
    if (drawn > 0) stream.write(`${back()}\u001b[J`)
    drawn = 0
  }
  const refresh = () => {
    if (quiet || state.started === null || state.finished) return
    if (isTTY) {
      const waited = now() - drawnAt
      if (waited >= REDRAW_IDLE || (changed && waited >= REDRAW)) draw()
      return
    }
    const pause = now() - state.started < LATER ? PLAIN : PLAIN_LATER
    if (now() - plainAt < pause) return
    plainAt = now()
    stream.write(`${progressLine(state, now(), weights)}\n`)
  }
  const log = (line: string) => {
    clear()
    stream.write(`${line}\n`)
    if (isTTY && !quiet && state.started !== null && !state.finished) draw()
  }
  const stop = () => {
    clearInterval(clock)
    clock = undefined
    clear()
    state = { ...state, finished: true }
  }
  return {
    event: (event) => {
      state = progressAfter(state, event, now(), weights)
      changed = true
      if (event.type === 'run-started') {
        plainAt = now()
        clearInterval(clock)
        if (!quiet && event.units > event.cached) {
          if (!isTTY) stream.write(`${beginning(event)}\n`)
          // The clock also shows that time passes while nothing is reported; it must not keep the process alive.
          clock = setInterval(refresh, isTTY ? REDRAW : 1000).unref()
        }
      }
      if (event.type === 'run-finished') stop()
      const told = lasting(event)
      if (told !== undefined && (!quiet || event.type !== 'unit-retried'))
        log(paint[told.colour](plainText(told.text)))
      else refresh()
    },
    log,
    stop,
  }
}

function beginning({
  units,
  cached,
  workers,
  together = 1,
}: ProgressEvent & { type: 'run-started' }): string {
  const stored = cached > 0 ? `; ${integer(cached)} from the store` : ''
  const many = together > 1 ? `, one of them up to ${together} at a time` : ''
  return `computing ${counted(units - cached, 'unit')} with ${counted(workers, 'worker')}${many}${stored}`
}

/** What has to be known even after the run: a line that stays. */
function lasting(event: ProgressEvent): { text: string; colour: 'red' | 'yellow' } | undefined {
  if (event.type === 'unit-failed') {
    const { label, failure } = event
    return { text: `failed: ${label}: ${failureCause(failure).split('\n')[0] ?? ''}`, colour: 'red' }
  }
  if (event.type === 'unit-retried') {
    const { label, failure, attempt } = event
    const cause = failureCause(failure).split('\n')[0] ?? ''
    return { text: `trying again after attempt ${attempt}: ${label}: ${cause}`, colour: 'yellow' }
  }
  if (event.type === 'quarantined') {
    const { file, movedTo } = event
    return {
      text: `damaged in the store: ${file}; moved to ${movedTo}, computed anew when it is needed`,
      colour: 'yellow',
    }
  }
  if (event.type === 'unit-finished' && (event.published === 'conflict' || event.published === 'replaced')) {
    const kept = event.published === 'conflict' ? 'the stored one is kept' : 'it is replaced'
    return {
      text: `conflict: unit ${event.key.slice(0, 10)} gave another result than the one in the store; ${kept}`,
      colour: 'yellow',
    }
  }
  return undefined
}
