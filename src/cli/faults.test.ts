import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseResults, type Results } from '../results/index.ts'
import { makeProject, type Ended, type Project } from './cli.fixture.ts'
import { exitCodes } from './exit-code.ts'
import { blobs, faultyProject } from './faults.fixture.ts'

/** Small projects that once gave a wrong number without a word, or a run without an end. Each has a store of its own. */
let project: Project
beforeAll(() => {
  project = faultyProject()
})
afterAll(() => project.remove())

const run = (suite: string, ...more: string[]) => project.run(suite, '--store', `stores/${suite}`, ...more)

function resultsOf({ code, stdout, stderr }: Ended): Results {
  expect(code, stderr).toBe(exitCodes.ok)
  return parseResults(stdout)
}

const control = ({ cells }: Results) => cells.find(({ point }) => point.control)

describe('results are stored by all that a plugin reads', () => {
  test('another value of a variable that a model reads is another network, and why names it', async () => {
    const wide = makeProject({ WIDTH: '64' }, project.folder)
    const again = ['stale-env', '--store', 'stores/stale-env', '--json']
    expect(control(resultsOf(await project.run(...again)))?.cost?.parameters.total).toBe(1108)
    const why = await wide.run('why', 'stale-env', 'mine', '--store', 'stores/stale-env')
    expect(why.stdout).toContain('WIDTH')
    expect(control(resultsOf(await wide.run(...again)))?.cost?.parameters.total).toBe(4420)
  })

  test('a data set whose file changed under one digest is refused, by name, with --force as well', async () => {
    resultsOf(await run('stale-data', '--json'))
    project.write('datasets/blobs.bin', blobs(1))
    try {
      for (const more of [['--seed', '1,2,3'], ['--force']]) {
        const { code, stderr } = await run('stale-data', ...more)
        expect(stderr).toContain('filed')
        expect(code).toBe(exitCodes.data)
      }
    } finally {
      project.write('datasets/blobs.bin', blobs())
    }
  })

  test('files beside a plugin, and CommonJS packages that require, are found', async () => {
    expect((await run('beside')).code).toBe(exitCodes.ok)
    expect((await run('cjs')).code).toBe(exitCodes.ok)
  })
})

describe('one point is one cell', () => {
  test('sparsities that print alike are one point, or refused', async () => {
    const { code, stderr } = await run('twins')
    expect(stderr).toContain('0.3')
    expect(code).toBe(exitCodes.usage)
  })

  test('a computed sparsity is found by the number one writes', async () => {
    expect(resultsOf(await run('floats', '--json')).cells).toHaveLength(1 + 9 * 2)
  })

  test('more shards than cells merge', async () => {
    const shards = [faultyProject(), faultyProject(), faultyProject()]
    try {
      for (const [i, shard] of shards.entries()) {
        const { code, stderr } = await shard.run('few-cells', '--shard', `${i + 1}/3`)
        expect(code, stderr).toBe(exitCodes.ok)
      }
      const merged = await project.run('merge', 'few-cells', ...shards.map(({ folder }) => folder))
      expect(merged.code, merged.stderr).toBe(exitCodes.ok)
    } finally {
      for (const shard of shards) shard.remove()
    }
  })
})

test('a class-sorted data set is as accurate as the same images in another order', async () => {
  const [sorted, unsorted] = [await run('sorted', '--json'), await run('unsorted', '--json')].map((ended) =>
    resultsOf(ended).groups.find((group) => group.control),
  )
  expect(Math.abs((sorted?.last?.mean ?? 0) - (unsorted?.last?.mean ?? 100))).toBeLessThan(4)
})

describe('every run ends with a word', () => {
  test('a plugin that ends the process is named', async () => {
    const { code, stderr } = await run('silent-exit')
    expect(stderr).toContain('exits-when-loaded')
    expect(code).toBe(exitCodes.usage)
  })

  test('an open server and a timer keep no run alive', async () => {
    expect((await run('hangs')).code).toBe(exitCodes.ok)
  })

  test('what a plugin prints is no part of --json', async () => {
    const ended = await run('json', '--json')
    expect(resultsOf(ended).cells).toHaveLength(4)
    expect(ended.stderr).toContain('loaded')
  })
})

describe('what is told wrongly is refused before anything is trained', () => {
  test.each([
    ['wrong-wiring', /layer/],
    ['rgb-stats', /mean/],
    ['long-label', /label/],
  ])('%s', async (suite, message) => {
    const { code, stdout, stderr } = await run(suite)
    expect(stderr).toMatch(message)
    expect(code).toBe(exitCodes.usage)
    expect(stdout).toBe('')
  })

  // Works, or is refused once.
  test.each(['dilated', 'pixel-shuffle'])('%s', async (suite) => {
    const { code, stdout, stderr } = await run(suite)
    if (code !== exitCodes.ok)
      expect({ code, stdout, stderr }).toMatchObject({ code: exitCodes.usage, stdout: '' })
  })

  test('multiply-adds that nobody told are said to be missing', async () => {
    const { cost } = control(resultsOf(await run('macs', '--json'))) ?? {}
    expect(cost).toMatchObject({ macs: null, untold: ['dw/weight'] })
  })
})
