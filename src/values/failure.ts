/** Why a unit did not give an artifact. */
export interface Failure {
  /** `error`: it threw. `crash`: its process died. `timeout`: it was stopped after its time limit. */
  readonly kind: 'error' | 'crash' | 'timeout'
  readonly message: string
  readonly hint?: string
  readonly stack?: string
  readonly exitCode?: number
  readonly signal?: string
  /** Last lines of the worker's standard error. */
  readonly stderr?: readonly string[]
}
