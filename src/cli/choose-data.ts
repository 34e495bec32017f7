import { chooseDataset, type ChosenDataset } from '../datasets/index.ts'
import type { DataUse } from '../plugin/index.ts'
import { closest } from '../values/closest.ts'
import type { DataAccess, DatasetSource } from '../values/dataset.ts'
import { Problem } from '../values/problem.ts'
import { continuousIntegration, type Environment } from './environment.ts'

/** What a command says about a suite's data. */
export interface DataRequest {
  /** The one of the suite's data sets that is insisted on; undefined: the first that can be had. */
  readonly data: string | undefined
  /** Says that nothing is measured: where `CI` is set, too, the choice may fall on any of them. */
  readonly anyData?: boolean
}

/**
 * The data set that a suite is measured on. Throws a `Problem` of kind `usage` where the one insisted on is not in the suite's
 * list; of kind `data` where none can be had, or where `CI` is set and the choice falls on a later one that the suite does
 * not allow there: what is measured in continuous integration must not change because a download failed.
 */
export async function chooseData(
  uses: readonly (string | DataUse)[],
  { data, anyData = false }: DataRequest,
  sources: Readonly<Record<string, DatasetSource>>,
  access: DataAccess,
  { env }: Pick<Environment, 'env'>,
): Promise<ChosenDataset> {
  const list = uses.map((use) => (typeof use === 'string' ? { name: use } : use))
  if (data !== undefined) {
    const insisted = list.find(({ name }) => name === data)
    if (insisted === undefined) throw notInList(data, list)
    return chooseDataset([insisted], sources, access)
  }
  const chosen = await chooseDataset(list, sources, access)
  const ci = continuousIntegration(env)
  const [first] = chosen.passedOver
  if (first === undefined || ci === undefined || anyData) return chosen
  const { name } = chosen
  if (list.find((use) => use.name === name)?.inCI === true) return chosen
  const reasons = chosen.passedOver.map((one) => `\n  ${one.name}: ${one.why}`).join('')
  throw new Problem(
    'data',
    `CI is ${JSON.stringify(ci)}, and nothing allows ${name} in place of ${first.name}, which the suite prefers:${reasons}`,
    {
      hint: `name it, --data ${name}, or allow it in the suite's data: { name: '${name}', inCI: true }; else let ${first.name} be downloaded or set PRUNE_BENCH_DATA`,
    },
  )
}

function notInList(name: string, list: readonly DataUse[]): Problem {
  const names = list.map((use) => use.name)
  const near = closest(name, names)
  return new Problem('usage', `the suite's profile has no data set named ${name}`, {
    hint: `${near === undefined ? '' : `did you mean ${near}? `}its data: ${names.join(', ')}`,
  })
}
