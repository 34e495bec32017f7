import type { Results } from '../../results/index.ts'
import { metrics } from '../../verdict/index.ts'
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

/** `benchmark.json`: the mean figure of merit of every group, for github-action-benchmark with `customBiggerIsBetter`. */
export function benchmarkJson({ identity, groups }: Results): string {
  const { suite, profile, data, merit } = identity
  const figures = groups.flatMap((group): readonly Figure[] => {
    const statistic = group[merit]
    if (statistic === null) return []
    const { n, mean, sd } = statistic
    return [
      {
        name: `${suite} (${profile}): ${pointName(group)}, ${metrics[merit].title}`,
        unit: '%',
        value: mean,
        ...(sd === null ? {} : { range: `± ${sd.toFixed(2)}` }),
        extra: `mean of ${counted(n, 'seed')}, ${data.name}`,
      },
    ]
  })
  return `${JSON.stringify(figures, null, 2)}\n`
}
