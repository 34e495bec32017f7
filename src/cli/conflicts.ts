import type { UnitOutcome } from '../execute/index.ts'
import { lineage, type Plan, type PlannedCell } from '../plan/index.ts'
import { counted } from '../report/index.ts'
import type { Digest } from '../values/digest.ts'
import type { Arguments } from './arguments.ts'
import { sameSuite, shellWord } from './session.ts'

/** Names that are listed. */
const MOST = 10

type Outcomes = ReadonlyMap<Digest, UnitOutcome>

/** Whether a unit gave another result than the stored one of its key, which stays. */
export function isKeptConflict(outcome: UnitOutcome): boolean {
  return outcome.status === 'computed' && outcome.conflict === 'kept'
}

/**
 * What to say of units that gave another result than the stored one of the same key: which, what cells are made from them,
 * what it means and what to do. Empty where there are none.
 */
export function conflictText(
  outcomes: Outcomes,
  about: { readonly plan: Plan; readonly cells: readonly PlannedCell[]; readonly suite: string },
  args: Pick<Arguments, 'options'>,
): string {
  const differing = (wanted: 'kept' | 'replaced') =>
    [...outcomes].flatMap(([key, end]) => (end.status === 'computed' && end.conflict === wanted ? [key] : []))
  const [kept, replaced] = [differing('kept'), differing('replaced')]
  const { filter } = args.options
  const chosen = filter === undefined ? '' : ` -t ${shellWord(filter)}`
  return [
    ...(replaced.length === 0
      ? []
      : [...whatDiffers(replaced, about), 'The new results have replaced the stored ones.']),
    ...(kept.length === 0
      ? []
      : [
          ...whatDiffers(kept, about),
          'The stored results were kept. The same key gave two results: something in these computations is',
          'not deterministic, or reads what is not part of the key (a file, the environment, the time). Find out which: results',
          'with these keys cannot be trusted.',
          `To keep the new results: prune-bench ${about.suite}${sameSuite(args)}${chosen} --force --replace`,
          `To remove the stored ones: prune-bench cache forget ${about.suite}${sameSuite(args)} ${shellWord(cellsOf(kept, about)[0]?.id ?? '')}`,
        ]),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function whatDiffers(keys: readonly Digest[], about: Parameters<typeof conflictText>[1]): readonly string[] {
  const labels = keys.map((key) => about.plan.units.get(key)?.label ?? key)
  const cells = cellsOf(keys, about).map(({ id }) => id)
  return [
    `${counted(keys.length, 'unit')} gave another result than the stored one of the same key:`,
    ...listed(labels),
    `${cells.length === 1 ? 'This cell is' : `These ${cells.length} cells are`} made from ${keys.length === 1 ? 'it' : 'them'}:`,
    ...listed(cells),
  ]
}

function cellsOf(
  keys: readonly Digest[],
  { plan, cells }: { readonly plan: Plan; readonly cells: readonly PlannedCell[] },
): readonly PlannedCell[] {
  const differ = new Set(keys)
  return cells.filter(({ units }) =>
    (Object.values(units) as Digest[]).some((key) => lineage(plan, key).some((one) => differ.has(one))),
  )
}

function listed(names: readonly string[]): readonly string[] {
  const more = names.length - MOST
  return [...names.slice(0, MOST).map((name) => `  ${name}`), ...(more > 0 ? [`  and ${more} more`] : [])]
}
