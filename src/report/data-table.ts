import { plainText } from '../values/plain-text.ts'

/** A cell of a table of data; null where there is nothing. */
export type Datum = string | number | null

/** Columns with rows in the order of the columns. */
export interface DataTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Datum[])[]
}

/**
 * The table as comma-separated values (RFC 4180, lines end in LF), numbers with up to six digits. Text that a spreadsheet
 * would take for a formula has an apostrophe before it.
 */
export function csvOf({ columns, rows }: DataTable): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('')
}

function field(datum: Datum): string {
  if (datum === null) return ''
  if (typeof datum === 'number')
    return Number.isInteger(datum) ? String(datum) : String(Number(datum.toPrecision(6)))
  const text = plainText(datum)
  // A spreadsheet would run it as a formula.
  const inert = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\n]/.test(text) ? `'${text}` : text
  return /[",\t\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
