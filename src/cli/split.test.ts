import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Results } from '../results/index.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

/** A data set that lists its images class by class, as folders of an image folder are listed. */
const sorted = `import { defineDataset } from 'prune-bench'

const description = { name: 'sorted', shape: [28, 28, 1] as const, classes: 10, mean: [0.2], std: [0.3], size: { train: 300, test: 100 } }
const examples = (count: number, all: number) => ({
  count,
  labels: Uint8Array.from({ length: count }, (_, i) => Math.floor((10 * i) / all)),
  images: Uint8Array.from({ length: count * 784 }, (_, i) => (37 * i) % 256),
})
export default defineDataset({
  summary: 'Class by class.',
  description,
  locate: async () => ({ status: 'present', digest: 'sorted', origin: 'made here' }),
  load: async (_, size = description.size) => ({
    ...description,
    train: examples(size.train, 300),
    test: examples(size.test, 100),
  }),
})
`
const search = `{ criterion: 'random-search', options: { budget: 4 } }`

let project: Project
beforeEach(() => {
  project = makeProject()
  project.write('datasets/sorted.ts', sorted)
})
afterEach(() => project.remove())

test('parts of a data set that is sorted by class have all classes; its first images have not, which is told once', async () => {
  const more = `data: ['sorted'], criteria: [${search}], searchSet: 50, seeds: [1],`
  project.write('suites/tiny.suite.ts', tinySuite(more))
  project.write('suites/first.suite.ts', tinySuite(`${more} split: 'first',`))
  const { code, stdout } = await project.run('tiny', '--json')
  expect(code).toBe(0)
  expect((JSON.parse(stdout) as Results).identity.data).toMatchObject({ name: 'sorted', split: 'stratified' })
  const first = await project.run('first')
  expect(first.code).toBe(4)
  expect(first.stderr.match(/have none of class \d of its 10 classes/g)).toHaveLength(1)
}, 120_000)
