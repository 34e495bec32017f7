import type { Group, Results } from '../results/index.ts'
import { groupNames } from './group-name.ts'
import type { Paint } from './paint.ts'
import { bySparsity, sectionTable, type FigureColumn } from './section-table.ts'
import { counted } from './words.ts'

/** How many filters each layer keeps, mean over seeds. Empty where single weights are pruned. */
export function filtersTable(
  { groups, identity }: Pick<Results, 'groups' | 'identity'>,
  options: { columns: number; paint: Paint },
): readonly string[] {
  const masked = groups.filter(({ layers }) => layers.length > 0)
  const [first] = masked
  if (identity.granularity === 'weight' || first === undefined) return []
  const columns = first.layers.map(({ name, total }, i): FigureColumn => ({
    heading: [name, `of ${total}`],
    text: (group) => keptIn(group, i, options.paint),
  }))
  const { lines, shown } = sectionTable(bySparsity(masked), columns, {
    title: 'filters kept',
    name: groupNames(groups, identity.criteria),
    ...options,
  })
  const left = columns.length - shown
  return left === 0
    ? lines
    : [...lines, options.paint.dim(`and ${counted(left, 'layer')} more, in the results file`)]
}

function keptIn({ layers }: Group, layer: number, paint: Paint): string {
  const kept = layers[layer]?.kept
  if (kept === undefined) return '–'
  const text = Number.isInteger(kept.mean) ? String(kept.mean) : kept.mean.toFixed(1)
  return kept.mean === 0 ? paint.red(text) : text
}
