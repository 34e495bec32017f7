import { Problem } from '../values/problem.ts'
import type { Candidate, SearchMachine } from './machine.ts'
import { countRule, requireAccuracy, requireSettings } from './preconditions.ts'
import { traceColumns, traceEvery } from './trace.ts'
import type { Trace, TraceRow } from './trace.ts'

/** What a search runs in: accuracies, and someone who hears and keeps how far it is. */
export interface SearchSpace {
  /** Accuracies in % of the masked network, one for each mask; −Infinity may stand for one that is not above `above`. */
  readonly evaluate: (masks: readonly Uint8Array[], above: readonly number[]) => Promise<readonly number[]>
  /** Hears of every mask that is decided, in their order. */
  readonly decided?: (mask: Uint8Array, above: number) => Promise<void>
  /** How many masks `evaluate` takes in about the time of one. */
  readonly atOnce: number
  readonly progress: (progress: { done: number; total: number; accuracy: number }) => void
  /** What was last given to `save`, to go on from; undefined at the beginning. */
  readonly saved: unknown
  readonly save: (state: () => unknown) => void
}

/** What a search comes to. */
export interface SearchOutcome {
  readonly mask: Uint8Array
  readonly trace: Trace
  /** Masks decided, without those evaluated in vain to work ahead. */
  readonly evaluated: number
}

/** How far a search is: all it needs to go on. */
interface Standing<State> {
  readonly state: State
  /** The state at the last row. */
  readonly logged: State
  readonly rows: readonly TraceRow[]
}

/** A round begins anew with this share of what may be evaluated at once: engines for many take hardly longer for few. */
const FEW = 1 / 8

/** Progress is told at least this often, in masks. */
const PROGRESS_EVERY = 25

/**
 * Runs a search to its end by exact speculation: proposes up to `atOnce` masks ahead, as if all were rejected, has them
 * evaluated together, and decides one after the other for as long as what was proposed ahead stands. After a round in
 * which something did not, it begins again with few masks, then twice as many, and so on: where few are rejected, little
 * is evaluated in vain. Result and trace are the same for every `atOnce`, and for a search that was interrupted and goes on from what it
 * saved.
 */
export async function runSearch<State, Proposal extends Candidate>(
  space: SearchSpace,
  machine: SearchMachine<State, Proposal>,
): Promise<SearchOutcome> {
  const { budget } = machine
  requireSettings('the search', [countRule('budget', budget, 1)])
  const logEvery = traceEvery(budget)
  const progressEvery = Math.min(logEvery, PROGRESS_EVERY)

  let standing = (space.saved as Standing<State> | undefined) ?? begun(machine.start())
  told(standing.state)
  let next: readonly Proposal[] | undefined
  const few = Math.max(1, Math.floor(FEW * space.atOnce))
  let ahead = few
  while (machine.evaluated(standing.state) < budget) {
    const proposals: readonly Proposal[] = next ?? proposed(machine, standing.state, ahead)
    const answers = space.evaluate(
      proposals.map(({ mask }) => mask),
      proposals.map(({ above }) => above),
    )
    // Where several are evaluated at once, that happens beside this: time for what comes next if all are rejected.
    ahead = Math.min(2 * ahead, space.atOnce)
    next = space.atOnce > 1 ? following(machine, standing.state, proposals, ahead) : undefined
    const accuracies = await answers
    let stood = true
    for (const [i, proposal] of proposals.entries()) {
      if (i > 0 && !machine.stands(standing.state, proposal)) {
        stood = false
        break
      }
      const accuracy = accuracies[i] ?? Number.NaN
      const before = machine.evaluated(standing.state)
      requireAccuracy(accuracy, proposal.above, before)
      await space.decided?.(proposal.mask, proposal.above)
      const state = machine.decide(standing.state, proposal, accuracy)
      const done = machine.evaluated(state)
      if (done !== before + 1)
        throw new Problem('cell', `the search has decided ${done} masks where it must have ${before + 1}`, {
          hint: 'what its machine’s `decide` returns must have one more mask evaluated than the state it was given',
        })
      standing =
        done % logEvery === 0 || done >= budget
          ? { state, logged: state, rows: [...standing.rows, machine.row(state, standing.logged)] }
          : { ...standing, state }
      if (done % progressEvery === 0 || done >= budget) told(state)
    }
    if (!stood || (next?.[0] && !machine.stands(standing.state, next[0]))) {
      next = undefined
      ahead = few
    }
    const reached = standing
    space.save(() => reached)
  }
  const { state, rows } = standing
  return { mask: machine.found(state), trace: traceColumns(rows), evaluated: machine.evaluated(state) }

  function told(at: State): void {
    space.progress({ done: machine.evaluated(at), total: budget, accuracy: machine.accuracy(at) })
  }
}

function begun<State>(state: State): Standing<State> {
  return { state, logged: state, rows: [] }
}

/** The next proposal, and those that would follow if it and they were rejected: up to `atOnce`, within the budget. */
function proposed<State, Proposal extends Candidate>(
  machine: SearchMachine<State, Proposal>,
  from: State,
  atOnce: number,
): Proposal[] {
  const proposals: Proposal[] = []
  let state: State | undefined = from
  do {
    const proposal: Proposal = machine.propose(state)
    proposals.push(proposal)
    state = proposals.length < atOnce ? machine.ahead(state, proposal) : undefined
  } while (state !== undefined && machine.evaluated(state) < machine.budget)
  return proposals
}

/** What is proposed after these if all of them are rejected; undefined where that cannot be known, or is nothing. */
function following<State, Proposal extends Candidate>(
  machine: SearchMachine<State, Proposal>,
  from: State,
  proposals: readonly Proposal[],
  atOnce: number,
): readonly Proposal[] | undefined {
  let state: State | undefined = from
  for (const proposal of proposals) state = state === undefined ? undefined : machine.ahead(state, proposal)
  return state !== undefined && machine.evaluated(state) < machine.budget
    ? proposed(machine, state, atOnce)
    : undefined
}
