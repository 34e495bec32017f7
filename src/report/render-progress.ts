import { paint as painter, type Paint } from './paint.ts'
import {
  secondsLeft,
  shareDone,
  type ProgressState,
  type RunningUnit,
  type Weights,
} from './progress-state.ts'
import { fit, padStart, textWidth } from './text-width.ts'
import { integer, roughDuration } from './words.ts'

export interface ProgressOptions {
  /** Width of the terminal; no line is as long. */
  readonly columns: number
  /** Milliseconds, on the clock of the events. */
  readonly now: number
  readonly colour?: boolean
  readonly weights?: Weights | undefined
  /** How many workers get a line at most. */
  readonly most?: number
}

const BAR = 16
/** Below this width there is no bar. */
const NARROW = 60
const INDENT = '  '
const GAP = '  '
const NARROWEST_LABEL = 8
const NARROWEST_NOTE = 6
/** So much of a note is worth more than the end of a label. */
const NOTE = 14

/** A run's progress as lines for a terminal: the whole, then what each worker does. Empty before the run has started. */
export function renderProgress(
  state: ProgressState,
  { columns, now, colour = false, weights, most = 8 }: ProgressOptions,
): string[] {
  if (state.started === null || state.finished) return []
  const paint = painter(colour)
  // The last column stays free: some terminals break the line once it is written to.
  const width = Math.max(1, columns - 1)
  const shown = state.running.slice(0, most)
  const hidden = state.running.length - shown.length
  return [
    overall(state, { width, now, paint, weights }),
    ...shown.map((unit) => worker(unit, { width, now, paint })),
    ...(hidden > 0 ? [fit(`  and ${hidden} more`, width)] : []),
  ]
}

/** The same in one plain line, for logs. */
export function progressLine(state: ProgressState, now: number, weights: Weights | undefined): string {
  if (state.started === null) return ''
  const { left, units, failed, elapsed, stored } = parts(state, now, weights)
  const running = state.running.length === 0 ? [] : [`${state.running.length} running`]
  return [`${percent(shareDone(state, weights))} done`, units, stored, failed, ...running, elapsed, left]
    .filter((part) => part !== '')
    .join(', ')
}

function overall(
  state: ProgressState,
  { width, now, paint, weights }: { width: number; now: number; paint: Paint; weights: Weights | undefined },
): string {
  const share = shareDone(state, weights)
  const { left, units, failed, elapsed, stored } = parts(state, now, weights)
  let text = padStart(percent(share), 5)
  let gap = '  '
  const room = width < NARROW ? width : width - BAR - 1
  // The most telling first: what does not fit is left out, the others stay whole.
  for (const part of [left, units, failed, elapsed, stored]) {
    if (part === '' || textWidth(text + gap + part) > room) continue
    text += gap + part
    gap = ', '
  }
  if (width < NARROW) return fit(text.trimStart(), width)
  const filled = Math.floor(share * BAR)
  return `${paint.cyan('█'.repeat(filled))}${paint.dim('░'.repeat(BAR - filled))} ${text}`
}

/** What is told of the whole run; empty where there is nothing to tell. */
function parts(state: ProgressState, now: number, weights: Weights | undefined) {
  const { started, units, cached, computed, failed, blocked } = state
  const lost = failed + blocked
  const left = secondsLeft(state, now, weights)
  return {
    left: left === null ? '' : `about ${roughDuration(left)} left`,
    units: `${integer(cached + computed + lost)}/${integer(units)} units`,
    failed: lost === 0 ? '' : `${integer(lost)} failed`,
    elapsed: `${roughDuration((now - (started ?? now)) / 1000)} so far`,
    stored: cached === 0 ? '' : `${integer(cached)} from the store`,
  }
}

function worker(
  { label, started, from, done, total, note }: RunningUnit,
  { width, now, paint }: { width: number; now: number; paint: Paint },
): string {
  const seconds = (now - started) / 1000
  const rate = done > from && seconds > 0.5 ? [`${perSecond((done - from) / seconds)}/s`] : []
  const count = total > 0 ? [`${integer(done)}/${integer(total)}`] : []
  const right = [...count, ...rate, padStart(roughDuration(seconds), 4)].join('  ')
  const room = width - INDENT.length
  const left = room - textWidth(right) - GAP.length
  if (left < NARROWEST_LABEL) return INDENT + fit(label, room)
  const name = fit(
    label,
    Math.max(Math.ceil(0.6 * left), left - Math.min(NOTE, textWidth(note)) - GAP.length),
  )
  const rest = left - textWidth(name) - GAP.length
  const noted = note === '' || rest < NARROWEST_NOTE ? '' : GAP + fit(note, rest)
  const between = ' '.repeat(left - textWidth(name) - textWidth(noted))
  return INDENT + name + paint.dim(noted) + between + GAP + right
}

function percent(share: number): string {
  // Rounded down: 100 % means done.
  return `${Math.floor(100 * share)} %`
}

function perSecond(rate: number): string {
  return rate >= 100 ? rate.toFixed(0) : rate >= 10 ? rate.toFixed(1) : rate.toFixed(2)
}
