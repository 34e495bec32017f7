import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

/** A data set that reads a file and always claims the same digest. */
const source = (folder: string) => `import { readFileSync } from 'node:fs'
import { defineDataset } from 'prune-bench'

const description = { name: 'filed', shape: [28, 28, 1] as const, classes: 10, mean: [0.2], std: [0.3], size: { train: 300, test: 100 } }
const examples = (count: number) => {
  const shift = readFileSync(${JSON.stringify(folder)} + '/shift.txt', 'utf8').length
  const labels = Uint8Array.from({ length: count }, (_, i) => (i + shift) % 10)
  return { count, labels, images: Uint8Array.from({ length: count * 784 }, (_, i) => (37 * i + shift) % 256) }
}
export default defineDataset({
  summary: 'From a file.',
  description,
  locate: async () => ({ status: 'present', digest: 'constant', origin: 'shift.txt' }),
  load: async (_, size = description.size) => ({ ...description, train: examples(size.train), test: examples(size.test) }),
})
`

let project: Project
beforeEach(() => {
  project = makeProject()
  project.write('datasets/filed.ts', source(project.folder))
  project.write('suites/tiny.suite.ts', tinySuite("data: ['filed'], criteria: ['random'],"))
  writeFileSync(join(project.folder, 'shift.txt'), '')
})
afterEach(() => project.remove())

test('other content under the same digest is an error that names the data set, also where all is stored', async () => {
  expect(await project.run('tiny', '--seed', '1')).toMatchObject({ code: 0 })
  expect((await project.run('tiny', '--seed', '1')).stdout).toContain('nothing was recomputed')
  writeFileSync(join(project.folder, 'shift.txt'), 'x')
  for (const args of [
    ['--seed', '1'],
    ['--seed', '1,2,3'],
    ['--seed', '1', '--force'],
  ]) {
    const { code, stderr } = await project.run('tiny', ...args)
    expect({ args, code, stderr }).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('the data set filed has other content') as string,
    })
    expect(stderr).toContain('let locate in its source return another digest')
  }
  writeFileSync(join(project.folder, 'shift.txt'), '')
  expect(await project.run('tiny', '--seed', '1,2')).toMatchObject({ code: 0 })
}, 120_000)

test('shards of other data are not merged', async () => {
  const other = makeProject()
  try {
    for (const [one, part, content] of [
      [project, '1/2', ''],
      [other, '2/2', 'x'],
    ] as const) {
      one.write('datasets/filed.ts', source('.'))
      one.write('suites/tiny.suite.ts', tinySuite("data: ['filed'], criteria: ['random'],"))
      writeFileSync(join(one.folder, 'shift.txt'), content)
      expect(await one.run('tiny', '--shard', part)).toMatchObject({ code: 0 })
    }
    const merged = await project.run('merge', 'tiny', project.folder, other.folder, '--store', 'merged')
    expect(merged).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('the data set filed has other content') as string,
    })
  } finally {
    other.remove()
  }
}, 120_000)
