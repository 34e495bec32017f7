import type { Assertion, CellSelector } from '../plugin/index.ts'
import { closest } from '../values/closest.ts'
import type { Merit } from '../values/merit.ts'
import { Problem } from '../values/problem.ts'
import { assertionTitle } from './assertion-title.ts'

/** The coordinates that cells of a suite can have, in any of its profiles. */
export interface SuiteCoordinates {
  readonly criterion: readonly string[]
  readonly sparsity: readonly number[]
  readonly k: readonly number[]
  /** The figure of merit of the suite, which a profile may change. */
  readonly merit: Merit
}

/** Throws a `Problem` for an assertion about cells that no profile of the suite has: it would be skipped for ever. */
export function checkAssertions(assertions: readonly Assertion[], known: SuiteCoordinates): void {
  for (const assertion of assertions) {
    const { cells, claim } = assertion
    check(cells, assertion, known)
    if (claim.kind === 'compares' && typeof claim.target !== 'number') check(claim.target, assertion, known)
  }
}

function check(selector: CellSelector, assertion: Assertion, known: SuiteCoordinates): void {
  for (const coordinate of ['criterion', 'sparsity', 'k'] as const) {
    const choice = selector[coordinate]
    if (choice === undefined || isRange(choice)) continue
    const values: readonly (string | number)[] =
      typeof choice === 'object' ? (choice as readonly (string | number)[]) : [choice]
    const unknown = values.find(
      (value) => !(known[coordinate] as readonly (string | number)[]).includes(value),
    )
    if (unknown !== undefined) throw unknownValue(coordinate, unknown, assertion, known)
  }
}

function isRange(choice: unknown): boolean {
  return typeof choice === 'object' && !Array.isArray(choice)
}

function unknownValue(
  coordinate: 'criterion' | 'sparsity' | 'k',
  value: string | number,
  assertion: Assertion,
  { merit, ...coordinates }: SuiteCoordinates,
): Problem {
  const known = coordinates[coordinate].map(String)
  // A number is not near another one because its digits are.
  const near = typeof value === 'string' ? closest(value, known) : undefined
  const hint =
    value === 'unpruned'
      ? 'write cells({ control: true }) for the unpruned network'
      : `${near === undefined || near === value ? '' : `did you mean ${near}? `}known: ${known.join(', ')}`
  return new Problem(
    'usage',
    `an assertion is about ${coordinate} ${JSON.stringify(value)}, which no cell of the suite has: ${assertionTitle(assertion, merit)}`,
    { hint, ...(assertion.place === null ? {} : { place: assertion.place }) },
  )
}
