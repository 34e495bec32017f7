import type { CellRecord, Results, RunIdentity } from '../results/index.ts'
import { budget } from './budget.ts'
import type { Paint } from './paint.ts'
import { padEnd, wrap } from './text-width.ts'
import { counted, integer } from './words.ts'

const LABEL = 10

/** What was run, on what, with which budget: everything above the table. */
export function runHeader(results: Results, { columns, paint }: { columns: number; paint: Paint }): string[] {
  const { identity, cells } = results
  const { data, filter, plannedCells } = identity
  const entry = (label: string, text: string) =>
    wrap(text, columns - LABEL).map((line, i) => paint.dim(padEnd(i === 0 ? label : '', LABEL)) + line)
  const warning = (text: string) =>
    wrap(text, columns - 2).map((line, i) => paint.yellow(`${i === 0 ? '!' : ' '} ${line}`))
  const warnings = [
    ...data.passedOver.map(
      ({ name, why }) => `Measured on ${data.name}, not on ${name}, which the suite prefers: ${why}`,
    ),
    ...(filter === null
      ? []
      : [`Only ${integer(cells.length)} of ${counted(plannedCells, 'cell')}: those matching "${filter}".`]),
  ]
  return [
    `${paint.bold(identity.suite)}, profile ${paint.bold(identity.profile)}`,
    ...wrap(identity.summary, columns),
    '',
    ...warnings.flatMap(warning),
    ...(warnings.length > 0 ? [''] : []),
    ...entry('model', identity.model.name),
    ...entry(
      'data',
      `${data.name}: ${integer(data.train)} training and ${integer(data.test)} test images (${data.origin})`,
    ),
    ...entry('engine', engine(identity)),
    ...entry('seeds', seeds(cells)),
    ...entry('training', training(identity)),
    ...entry('budget', budget(results)),
  ]
}

function engine({ engine: { runtime, version, device, threads }, versions }: RunIdentity): string {
  const on = `${device.toUpperCase()}, ${counted(threads, 'thread')} per worker`
  return `${runtime} ${version} on ${on}; prune-bench ${versions['prune-bench']}, node ${versions.node}`
}

function seeds(cells: readonly CellRecord[]): string {
  const all = [...new Set(cells.map(({ point }) => point.seed))].sort((a, b) => a - b)
  return all.length === 1 ? `${all[0]} (only one: no spread, differences may be chance)` : all.join(', ')
}

function training({ training: settings }: RunIdentity): string {
  const { name, ...numbers } = settings.optimizer
  const terms: Record<string, string> = {
    learningRate: 'learning rate',
    weightDecay: 'weight decay',
    beta1: 'β₁',
    beta2: 'β₂',
    rho: 'ρ',
  }
  const optimizer = Object.entries(numbers)
    .filter(([setting, value]) => value !== 0 && setting !== 'epsilon')
    .map(([setting, value]) => `${terms[setting] ?? setting} ${value}`)
  return [
    `${name} (${optimizer.join(', ')})`,
    ...(settings.loss === 'double-softmax' ? ['double softmax'] : []),
    `batch ${settings.batchSize}`,
    ...schedule(settings.schedule),
    settings.validation > 0
      ? `${integer(settings.validation)} training images held out for validation`
      : 'no validation split',
  ].join(', ')
}

function schedule(settings: RunIdentity['training']['schedule']): string[] {
  switch (settings.name) {
    case 'constant':
      return []
    case 'steps':
      return [`learning rate × ${settings.factor} at epoch ${settings.at.join(', ')} (from 0)`]
    case 'cosine':
      return [`learning rate along a cosine down to × ${settings.final}`]
  }
}
