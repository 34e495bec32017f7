/** Those who may call a runtime at the same time: the units that a process works on. */
export interface Attendance {
  /** How many there are now. */
  readonly active: number
  /** Asks to be told when one has left. */
  readonly onLeave: (listener: () => void) => void
}
