import { shardCells, type PlannedCell } from '../plan/index.ts'
import type { Shard } from '../results/index.ts'
import { Problem } from '../values/problem.ts'
import type { Arguments } from './arguments.ts'
import { readDurations } from './durations.ts'
import type { Prepared } from './prepare.ts'
import { selectCells } from './select-cells.ts'

/** The cells that a command is about. */
export interface ChosenCells {
  readonly cells: readonly PlannedCell[]
  /** Which part of them it is; null where it is all of them. */
  readonly shard: Shard | null
}

/** The cells that `--filter` and `--shard` choose. Throws a `Problem` where a filter chooses none; a shard of few cells may have none. */
export function chooseCells(prepared: Prepared, { options }: Pick<Arguments, 'options'>): ChosenCells {
  const { plan } = prepared
  const selected = selectCells(plan, options.filter)
  const part = parseShard(options.shard)
  if (part === null) return { cells: selected, shard: null }
  const { index, count } = part
  const cells = shardCells(plan, selected, count, readDurations(prepared))[index - 1] ?? []
  return { cells, shard: { index, count, cells: selected.length } }
}

/** `2/3`: the second of three. Throws a `Problem` for anything else. */
function parseShard(text: string | undefined): Pick<Shard, 'index' | 'count'> | null {
  if (text === undefined) return null
  const [index = 0, count = 0] = /^\d+\/\d+$/.test(text) ? text.split('/').map(Number) : []
  if (index >= 1 && index <= count) return { index, count }
  throw new Problem('usage', `--shard is ${JSON.stringify(text)}, not a part of a whole`, {
    hint: 'write --shard 1/3 for the first of three',
  })
}
