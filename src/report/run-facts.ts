import { BUSY, fullTimes, type CellRecord, type Results, type RunIdentity } from '../results/index.ts'
import { budget } from './budget.ts'
import { precisionFacts } from './precision-facts.ts'
import type { RunFact } from './run-fact.ts'
import { counted, integer } from './words.ts'

/** What was run, on what, with which budget. */
export function runFacts({ identity, cells }: Pick<Results, 'identity' | 'cells'>): readonly RunFact[] {
  const { data } = identity
  const images = `${integer(data.train)} training and ${integer(data.test)} test images`
  return [
    { label: 'model', text: identity.model.name },
    { label: 'data', text: `${data.name}: ${images} (${data.origin})` },
    { label: 'engine', text: engine(identity) },
    { label: 'seeds', text: seeds(cells) },
    { label: 'training', text: training(identity) },
    { label: 'budget', text: budget({ identity, cells }) },
    ...precisionFacts({ identity, cells }),
    ...untoldCosts(cells),
  ]
}

/** What is missing in the costs, and whose it is. */
function untoldCosts(cells: readonly CellRecord[]): readonly RunFact[] {
  const cost = cells.find((cell) => cell.cost?.untold !== undefined)?.cost
  if (!cost?.untold) return []
  const what = cost.macs === null ? 'MACs are incomplete and not shown' : 'operations are incomplete'
  return [
    {
      label: 'costs',
      text: `${what}: no layer tells what applying ${cost.untold.join(', ')} costs (wiring.operation)`,
    },
  ]
}

/** What a reader might take for granted and must not. */
export function runWarnings({ identity, cells }: Pick<Results, 'identity' | 'cells'>): readonly string[] {
  const { data, filter, shard, plannedCells } = identity
  return [
    ...data.passedOver.map(
      ({ name, why }) => `Measured on ${data.name}, not on ${name}, which the suite prefers: ${why}`,
    ),
    ...busy(cells),
    ...(filter === null
      ? []
      : [
          `Only ${integer(shard?.cells ?? cells.length)} of ${counted(plannedCells, 'cell')}: those matching "${filter}".`,
        ]),
    ...(shard === null
      ? []
      : [
          `Shard ${shard.index} of ${shard.count}: ${integer(cells.length)} of ${counted(shard.cells, 'cell')}. Nothing is judged before prune-bench merge puts all shards together.`,
        ]),
  ]
}

/** Times of a machine that did something else are none to go by. */
function busy(cells: readonly CellRecord[]): readonly string[] {
  const full = fullTimes(cells)
  return full === null || full.spread < BUSY
    ? []
    : [
        `Times of inference are uncertain: those of the full network have quartiles ${Math.round(100 * full.spread)} % apart, so the machine was busy while they were taken.`,
      ]
}

/** That a report is not complete, where it is not: a filter chose some cells, or the run was stopped. */
export function notRunWarnings({ cells }: Pick<Results, 'cells'>): readonly string[] {
  const absent = cells.filter(({ status }) => status === 'cancelled').length
  if (absent === 0) return []
  return [
    `Not complete: ${integer(absent)} of ${counted(cells.length, 'cell')} ${absent === 1 ? 'was' : 'were'} not run.`,
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
