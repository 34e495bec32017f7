import { filterCells, type Plan, type PlannedCell } from '../plan/index.ts'
import { Problem } from '../values/problem.ts'

/** The cells a filter chooses; all without one. Throws a `Problem` (exit 3) where it chooses none. */
export function selectCells(plan: Plan, filter: string | undefined): readonly PlannedCell[] {
  const cells = filterCells(plan.cells, filter)
  if (cells.length > 0) return cells
  const examples = plan.cells.slice(0, 3).map((cell) => cell.id)
  throw new Problem(
    'nothing-matched',
    filter === undefined
      ? 'the suite has no cells'
      : `no cell's name has all the words of ${JSON.stringify(filter)}`,
    {
      hint:
        plan.cells.length === 0
          ? 'its exclude leaves everything out'
          : `cells are named like ${examples.join(', ')}`,
    },
  )
}

/** The cells that words behind a suite name: the one of exactly this name, else all whose names have the words. */
export function cellsNamed(
  plan: Plan,
  words: readonly string[],
  filter: string | undefined,
): readonly PlannedCell[] {
  const name = words.join(' ')
  const exact = plan.cells.find(({ id }) => id === name)
  return exact ? [exact] : selectCells(plan, name === '' ? filter : name)
}
