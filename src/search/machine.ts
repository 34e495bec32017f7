import type { TraceRow } from './trace.ts'

/** A mask that a search wants evaluated. */
export interface Candidate {
  /** Not to be written to. */
  readonly mask: Uint8Array
  /** Its accuracy in % matters only where it is above this; −Infinity where it always does. */
  readonly above: number
}

/**
 * A search as a pure state machine: propose, have it evaluated, decide. Every function is pure: equal arguments, equal
 * results. States are plain data, never changed: they can be stored, copied between processes, kept to return to.
 * Random numbers come from child streams named after the number of the proposal, as a state has no position in a stream.
 * Given to `runSearch`, it works ahead and goes on from where it was cut off, with the same result.
 */
export interface SearchMachine<State, Proposal extends Candidate> {
  /** Masks it evaluates in all, at least 1. */
  readonly budget: number
  start(): State
  /** Masks decided so far; it is finished when these are `budget`. */
  evaluated(state: State): number
  propose(state: State): Proposal
  /**
   * The state after an evaluation, with one more mask evaluated. All accuracies that are not above `proposal.above` lead
   * to the same state; −Infinity stands for them.
   */
  decide(state: State, proposal: Proposal, accuracy: number): State
  /**
   * The state to propose the next mask from while the proposal is still being evaluated, as if it were rejected;
   * undefined where nothing can be proposed before its accuracy is known. A search that always says so is right, and
   * works on one mask at a time.
   */
  ahead(state: State, proposal: Proposal): State | undefined
  /** Whether a proposal that was made ahead is what `propose(state)` would give, now that those before it are decided. */
  stands(state: State, proposal: Proposal): boolean
  /** Accuracy in % to show while waiting. */
  accuracy(state: State): number
  /** A row of the trace, equal columns each time, for what happened since `before`, the state at the last row. */
  row(state: State, before: State): TraceRow
  /** The mask it found. */
  found(state: State): Uint8Array
}
