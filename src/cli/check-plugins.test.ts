import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

/** A network with two branches of a layer each, whose channels `wire` tells in an order. */
const branches = (order: string) => `
import { defineModel, dense, flatten, logSoftmax, relu, sequential, tf, type Layer } from 'prune-bench'

const both: Layer = (() => {
  const [a, b] = [dense('a', 784, 8), dense('b', 784, 8)] as const
  return {
    parameters: [...a.parameters, ...b.parameters],
    buffers: [],
    forward: (inputs) => tf.concat([a.forward(inputs), b.forward(inputs)] as tf.Tensor[], -1),
    wire: (wiring, x) => {
      const [one, other] = [a.wire(wiring, x), b.wire(wiring, x)]
      return { ...one, channels: [${order}].flatMap(({ channels }) => channels) }
    },
  }
})()

export default defineModel({
  summary: 'Branches.',
  input: [28, 28, 1],
  classes: 10,
  ...sequential(flatten(), both, relu(), dense('head', 16, 10, { maskable: false }), logSoftmax()),
})
`

function projectWith(model: string, more = ''): Project {
  const project = makeProject()
  onTestFinished(() => project.remove())
  project.write('models/branches.ts', model)
  const suite = tinySuite(`granularity: 'filter', ${more}`).replace("'simplest-net'", "'branches'")
  project.write('suites/tiny.suite.ts', suite.replace("'random', 'snip'", "'random'"))
  return project
}

test('a wiring that is wrong ends the run before it begins, once, with the name of the layer', async () => {
  const project = projectWith(branches('other, one'))
  for (const command of [['plan', 'tiny'], ['tiny']]) {
    const { code, stderr } = await project.run(...command)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: the wiring of the model branches is not that of its forward/)
    expect(stderr.match(/some\s+filters of (a|b)/g)).toHaveLength(1)
  }
  expect(existsSync(join(project.folder, '.prune-bench', 'runs'))).toBe(false)
})

test('a model that is right is tried once, and not at all where nothing is computed', async () => {
  const project = projectWith(branches('one, other'))
  const passed = () => {
    const folder = join(project.folder, 'cache', 'checked')
    return existsSync(folder) ? readdirSync(folder) : []
  }
  const inside = makeProject({ PRUNE_BENCH_CACHE: join(project.folder, 'cache') }, project.folder)
  expect((await inside.run('plan', 'tiny')).code).toBe(0)
  const [record] = passed()
  expect(passed()).toHaveLength(1)
  expect((await inside.run('tiny')).code).toBe(0)
  expect(passed()).toEqual([record])
  rmSync(join(project.folder, 'cache', 'checked'), { recursive: true })
  expect((await inside.run('tiny')).stdout).toMatch(/nothing was recomputed/)
  expect(passed()).toEqual([])
  project.write('models/branches.ts', branches('other, one'))
  expect((await inside.run('tiny')).code).toBe(2)
})

test('options that a search refuses are refused when it is planned', async () => {
  const project = makeProject()
  onTestFinished(() => project.remove())
  const criteria =
    "criteria: [{ criterion: 'simulated-annealing', options: { budget: 100, temperature: -1 } }], k: [2],"
  project.write('suites/tiny.suite.ts', tinySuite(criteria).replace("criteria: ['random', 'snip'],", ''))
  for (const command of [['plan', 'tiny'], ['tiny']]) {
    const { code, stderr } = await project.run(...command)
    expect(code).toBe(2)
    expect(stderr).toMatch(/the search simulated-annealing cannot begin.*temperature\.start is -1/s)
  }
})
