/** One logged moment of a search: a number by column. */
export type TraceRow = Readonly<Record<string, number>>

/** Rows by column: what a plot of a search shows. */
export type Trace = Readonly<Record<string, readonly number[]>>

/** A row is logged after so many masks: about 150 rows in all, as often as the thesis' every 300. */
export function traceEvery(budget: number): number {
  return Math.max(1, Math.round(budget / 150))
}

/** Rows of equal columns turned into columns. */
export function traceColumns(rows: readonly TraceRow[]): Trace {
  return Object.fromEntries(
    Object.keys(rows[0] ?? {}).map((name) => [name, rows.map((row) => row[name] as number)]),
  )
}
