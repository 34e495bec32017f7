import { paint as painter, type Paint } from './paint.ts'
import {
  secondsLeft,
  shareDone,
  type ProgressState,
  type RunningUnit,
  type Weights,
} from './progress-state.ts'
import { fit, padEnd, padStart, textWidth } from './text-width.ts'
import { duration } from './words.ts'

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

const BAR = 24
const NARROW = 60

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
  const running = state.running.length === 0 ? [] : [`${state.running.length} running`]
  return [
    `${percent(shareDone(state, weights))} done`,
    ...counts(state),
    ...running,
    ...times(state, now, weights),
  ].join(', ')
}

function overall(
  state: ProgressState,
  { width, now, paint, weights }: { width: number; now: number; paint: Paint; weights: Weights | undefined },
): string {
  const share = shareDone(state, weights)
  const text = `${padStart(percent(share), 5)}  ${[...counts(state), ...times(state, now, weights)].join(', ')}`
  if (width < NARROW) return fit(text.trimStart(), width)
  const filled = Math.floor(share * BAR)
  const bar = paint.cyan('█'.repeat(filled)) + paint.dim('░'.repeat(BAR - filled))
  return `${bar} ${fit(text, width - BAR - 1)}`
}

function counts({ units, cached, computed, failed, blocked }: ProgressState): string[] {
  const lost = failed + blocked
  return [
    `${cached + computed + lost}/${units} units`,
    ...(cached > 0 ? [`${cached} from the store`] : []),
    ...(lost > 0 ? [`${lost} failed`] : []),
  ]
}

function times(state: ProgressState, now: number, weights: Weights | undefined): string[] {
  const left = secondsLeft(state, now, weights)
  return [
    duration(Math.round((now - (state.started ?? now)) / 1000)),
    ...(left === null ? [] : [`about ${duration(Math.round(left))} left`]),
  ]
}

function worker(
  { label, started, done, total, note }: RunningUnit,
  { width, now, paint }: { width: number; now: number; paint: Paint },
): string {
  const seconds = (now - started) / 1000
  const rate = done > 0 && seconds > 0.5 ? [`${perSecond(done / seconds)}/s`] : []
  const right = [...(total > 0 ? [`${done}/${total}`] : []), ...rate, duration(Math.round(seconds))].join(
    '  ',
  )
  const room = width - 2
  const rightWidth = Math.min(textWidth(right), Math.max(0, room - 12))
  const left = room - rightWidth - 2
  if (left < 8) return fit(`  ${label}`, width)
  const name = fit(label, note === '' ? left : Math.max(8, Math.ceil(left * 0.6)))
  const rest = left - textWidth(name) - 2
  const noted = note === '' || rest < 6 ? '' : `  ${fit(note, rest)}`
  return `  ${padEnd(name, 0)}${paint.dim(noted)}${' '.repeat(Math.max(0, left - textWidth(name) - textWidth(noted)))}  ${fit(right, rightWidth)}`
}

function percent(share: number): string {
  // Rounded down: 100 % means done.
  return `${Math.floor(100 * share)} %`
}

function perSecond(rate: number): string {
  return rate >= 100 ? rate.toFixed(0) : rate >= 10 ? rate.toFixed(1) : rate.toFixed(2)
}
