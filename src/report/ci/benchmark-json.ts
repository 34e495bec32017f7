import type { Group, Results, Statistic } from '../../results/index.ts'
import { pointName } from '../point-name.ts'
import { counted } from '../words.ts'

/** One figure as github-action-benchmark reads it (`tool: customBiggerIsBetter`). */
interface Figure {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly range?: string
  readonly extra: string
}

/** Accuracies that are worth following from commit to commit. */
const followed = [
  ['last', 'trained accuracy'],
  ['validationSelected', 'validation-selected accuracy'],
] as const satisfies readonly (readonly [keyof Group, string])[]

/** `benchmark.json`: mean trained accuracies of every group, for github-action-benchmark with `customBiggerIsBetter`. */
export function benchmarkJson({ identity, groups }: Results): string {
  const figures = groups.flatMap((group) =>
    followed.flatMap(([name, words]): readonly Figure[] => {
      const statistic: Statistic | null = group[name]
      if (statistic === null) return []
      const { n, mean, sd } = statistic
      return [
        {
          name: `${identity.suite} (${identity.profile}): ${pointName(group)}, ${words}`,
          unit: '%',
          value: mean,
          ...(sd === null ? {} : { range: `± ${sd.toFixed(2)}` }),
          extra: `mean of ${counted(n, 'seed')}, ${identity.data.name}`,
        },
      ]
    }),
  )
  return `${JSON.stringify(figures, null, 2)}\n`
}
