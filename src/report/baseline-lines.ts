import { metrics, type AcceptedDifference } from '../verdict/index.ts'
import { paint as painter } from './paint.ts'
import { pointName } from './point-name.ts'
import { fit, wrap } from './text-width.ts'
import { counted, shortened } from './words.ts'

/** Changes shown; the rest is in the file, which is under version control. */
const MOST_CHANGES = 40
const MOST_CELLS = 5

/** What accepting results changed in a baseline, in words. */
export function baselineLines(
  { profile, data, first, cells, added, removed, changes }: AcceptedDifference,
  { columns, colour, file }: { columns: number; colour: boolean; file: string },
): readonly string[] {
  const paint = painter(colour)
  const rows = changes.map(({ group, metric, before, after }) => {
    const figures = `${figure(before)} → ${figure(after)}`
    return fit(`  ${pointName(group)}, ${metrics[metric].title}: ${figures}`, columns)
  })
  const sameCells = added.length + removed.length === 0
  return [
    ...rows.slice(0, MOST_CHANGES),
    ...(rows.length > MOST_CHANGES ? [paint.dim(`  and ${rows.length - MOST_CHANGES} more`)] : []),
    ...(!first && added.length > 0 ? wrap(`new: ${shortened(added, MOST_CELLS)}`, columns) : []),
    ...(removed.length > 0 ? wrap(`removed: ${shortened(removed, MOST_CELLS)}`, columns) : []),
    ...wrap(
      first
        ? `accepted: ${counted(cells, 'cell')} with the profile ${profile} on ${data}, the first of them`
        : rows.length === 0 && sameCells
          ? `nothing changes: ${counted(cells, 'cell')} with the profile ${profile} on ${data} are as accepted`
          : `accepted: ${counted(rows.length, 'mean')} changed, ${counted(added.length, 'cell')} added, ${removed.length} removed, with the profile ${profile} on ${data}`,
      columns,
    ),
    ...wrap(`baseline: ${file}; commit it`, columns),
  ]
}

function figure(x: number): string {
  return Number.isInteger(x) ? String(x) : Number(x.toPrecision(5)).toString()
}
