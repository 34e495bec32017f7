/** How a suite is run as tests; what is left out is as on the command line. */
export interface SuiteOptions {
  /** The suite's profile; its first one by default. */
  readonly profile?: string
  /** This one of the suite's data sets; the first that can be had by default. */
  readonly data?: string
  /** These seeds instead of the suite's. */
  readonly seeds?: readonly number[]
  /** Worker processes; one for each core by default. */
  readonly workers?: number
  /** The store's folder; `.prune-bench` of the project by default. */
  readonly store?: string
  readonly runtime?: string
  readonly device?: string
  /** How many more times a failed unit is tried. */
  readonly retry?: number
  /** Seconds after which a unit is stopped. */
  readonly timeout?: number
}
