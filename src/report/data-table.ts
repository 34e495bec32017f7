/** A cell of a table of data; null where there is nothing. */
export type Datum = string | number | null

/** Columns with rows in the order of the columns. */
export interface DataTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Datum[])[]
}

/** The table as comma-separated values (RFC 4180, lines end in LF), numbers with up to six digits. */
export function csvOf({ columns, rows }: DataTable): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('')
}

function field(datum: Datum): string {
  if (datum === null) return ''
  if (typeof datum === 'number')
    return Number.isInteger(datum) ? String(datum) : String(Number(datum.toPrecision(6)))
  return /[",\r\n]/.test(datum) ? `"${datum.replaceAll('"', '""')}"` : datum
}
