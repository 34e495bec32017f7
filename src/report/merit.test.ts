import { expect, test } from 'vitest'
import { compareResults, type Results } from '../results/index.ts'
import { merits } from '../values/merit.ts'
import { benchmarkJson } from './ci/benchmark-json.ts'
import { compareTable } from './compare-table.ts'
import { drawFigures } from './figures/index.ts'
import { headline } from './headline.ts'
import { groupColumns } from './page/group-columns.ts'
import { sampleResults } from './sample-results.ts'

const { identity, ...rest } = sampleResults()
const results: Results = { ...rest, identity: { ...identity, merit: 'rewind' } }

test("a suite's figure of merit rules every place that shows one accuracy", () => {
  const words = merits.rewind
  expect(headline(results).measure).toBe(words)
  expect(headline(results).winners.map(({ name }) => name)).toEqual(['mag-sign', 'mag-sign', 'mag-sign'])
  expect(groupColumns(results).find(({ name }) => name === '95 % interval')).toMatchObject({
    meaning: `of the mean ${words}, %`,
  })
  const { accuracy } = drawFigures({
    results,
    details: { traces: new Map(), losses: new Map(), similarity: { sparsities: [] } },
  })
  const first = 'variants' in accuracy ? accuracy.variants[0] : expect.fail()
  expect(first?.picked.at(-1)).toBe('untrained, rewound')
  expect(first?.svg).toContain(words)
  const named = { name: 'a', results }
  expect(
    compareTable(named, named, compareResults(results, results), { columns: 200, colour: false }),
  ).toContain(`${words}: mean`)
  const followed = JSON.parse(benchmarkJson(results)) as readonly { name: string; value: number }[]
  expect(followed[0]).toMatchObject({ value: results.groups[0]?.rewind?.mean })
  expect(followed.every(({ name }) => name.endsWith('untrained accuracy, rewound'))).toBe(true)
})
