import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { safetensors } from '@jax-js/loaders'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtinDatasets } from '../datasets/index.ts'
import { parseResults, type CellRecord, type Results } from '../results/index.ts'
import type { DatasetSource } from '../values/dataset.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'
import { packageRoot } from './project.ts'

/** Adds its bias by repeating it for every image. */
const fixed = `import { defineModel, tf } from 'prune-bench'

export default defineModel({
  summary: 'One layer.',
  input: [28, 28, 1],
  classes: 10,
  parameters: [
    { name: 'fc/weight', shape: [784, 10], maskable: true, init: () => new Float32Array(7840).fill(0.01) },
    { name: 'fc/bias', shape: [1, 10], maskable: false, init: () => new Float32Array(10) },
  ],
  forward: ({ params, x }) => {
    const rows = tf.reshape(x, [x.shape[0], 784])
    const shares = tf.softmax(tf.matMul(rows, params['fc/weight']))
    return tf.concat([shares, tf.tile(params['fc/bias'], [x.shape[0], 1])], 0).slice([0, 0], [x.shape[0], 10])
  },
})
`

const CELL = 'snip s=90% k=0 seed=1'
let project: Project
let results: Results

beforeAll(async () => {
  project = makeProject()
  project.write('suites/tiny.suite.ts', tinySuite())
  const { code, stderr } = await project.run('tiny')
  expect({ code, stderr }).toMatchObject({ code: 0 })
  results = parseResults(
    readFileSync(join(project.folder, 'reports/tiny/default/glyphs/results.json'), 'utf8'),
  )
})
afterAll(() => project.remove())

const networks = () => join(project.folder, 'reports/tiny/default/glyphs/networks')
const record = (id: string) => results.cells.find((cell) => cell.id === id) as CellRecord

/** The example of the README. */
function script(): string {
  const [, code] =
    /```js\n(\/\/ accuracy\.mjs[^]*?)```/.exec(readFileSync(join(packageRoot, 'README.md'), 'utf8')) ?? []
  if (code === undefined) throw new Error('the README has no accuracy.mjs')
  return code
}

/** The suite's test images and labels as MNIST's files are. */
async function testFiles(): Promise<readonly string[]> {
  const source = builtinDatasets.glyphs as DatasetSource
  const cacheFolder = join(project.folder, 'cache')
  const access = { userFolder: undefined, cacheFolder, download: 'never' } as const
  const { images, labels, count } = (await source.load(access, { train: 300, test: 100 })).test
  expect(count).toBe(100)
  const files = {
    images: Buffer.concat([Buffer.alloc(16), images]),
    labels: Buffer.concat([Buffer.alloc(8), labels]),
  }
  return Object.entries(files).map(([name, bytes]) => {
    const file = join(project.folder, `${name}.gz`)
    writeFileSync(file, gzipSync(bytes))
    return file
  })
}

test('the README’s script, with onnxruntime-node alone, counts what was reported', async () => {
  const { code, stdout } = await project.run('export', 'tiny', ...CELL.split(' '))
  expect(code).toBe(0)
  const { correct, total } = record(CELL).accuracy.last ?? { correct: NaN, total: NaN }
  expect(stdout).toContain(`${correct} of ${total} test images right, as reported`)
  writeFileSync(join(project.folder, 'accuracy.mjs'), script())
  mkdirSync(join(project.folder, 'node_modules'), { recursive: true })
  for (const name of ['onnxruntime-node', 'onnxruntime-common'])
    symlinkSync(join(packageRoot, 'node_modules', name), join(project.folder, 'node_modules', name))
  const onnx = join(networks(), 'snip-s90-k0-seed1.onnx')
  const printed = execFileSync(process.execPath, ['accuracy.mjs', onnx, ...(await testFiles())], {
    cwd: project.folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: project.folder },
  })
  expect(printed).toBe(`${correct} of ${total}\n`)
  expect(existsSync(join(project.folder, '.cache', 'Microsoft'))).toBe(false)
})

test('others’ reader of safetensors finds the mask, the weights under it, and where they come from', async () => {
  expect((await project.run('export', 'tiny', CELL)).code).toBe(0)
  const read = (ending: string) =>
    safetensors.parse(
      new Uint8Array(readFileSync(join(networks(), `snip-s90-k0-seed1.${ending}.safetensors`))),
    )
  const [mask, weights] = [read('mask'), read('weights')]
  for (const { metadata } of [mask, weights])
    expect(metadata).toMatchObject({ suite: 'tiny', cell: CELL, model: 'simplest-net', data: 'glyphs' })
  const [name] = Object.keys(mask.tensors)
  const [bits, values] = [mask.tensors[name as string], weights.tensors[name as string]]
  expect(bits).toMatchObject({ dtype: 'BOOL', shape: [10, 784] })
  expect(values).toMatchObject({ dtype: 'F32', shape: [10, 784] })
  const kept = [...(bits?.data as Uint8Array)]
  expect(kept.filter((bit) => bit === 1).length).toBe(record(CELL).sparsity.kept)
  const trained = [...(values?.data as Float32Array)]
  expect(trained.every((w, i) => kept[i] === 1 || w === 0)).toBe(true)
  expect(trained.filter((w) => w !== 0).length).toBeGreaterThan(0.9 * (record(CELL).sparsity.kept ?? 0))
})

test('a suite without a cell exports all, once', async () => {
  expect((await project.run('export', 'tiny')).code).toBe(0)
  const files = readdirSync(networks())
  // Two unpruned networks have no mask.
  expect(files.length).toBe(3 * 10 - 2 + 1)
  const times = () => files.map((file) => statSync(join(networks(), file)).mtimeMs)
  const before = times()
  const { stdout } = await project.run('export', 'tiny')
  expect(stdout).toMatch(/networks \(28 files, .* MB, no cell new\)/)
  expect(times()).toEqual(before)
  expect(readdirSync(join(project.folder, 'reports/tiny/default/glyphs/tensorboard')).length).toBe(10 + 1)
})

test('files that were lost or cut short are written again, and no others', async () => {
  expect((await project.run('export', 'tiny')).code).toBe(0)
  const file = join(networks(), 'random-s50-k0-seed2.onnx')
  const whole = readFileSync(file)
  writeFileSync(file, whole.subarray(0, 100))
  const { stdout } = await project.run('export', 'tiny')
  expect(stdout).toMatch(/networks \(28 files, .* MB, 1 cell new\)/)
  expect(readFileSync(file).equals(whole)).toBe(true)
})

test('a run writes them, too, and says where; a model that fits one number of images alone has none', async () => {
  const other = makeProject()
  try {
    other.write('suites/tiny.suite.ts', tinySuite(`model: 'fixed',`))
    other.write('models/fixed.ts', fixed)
    const { code, stdout } = await other.run('tiny')
    expect(code).toBe(0)
    expect(stdout).toContain('networks: not written; the network cannot be written for any number of images')
    expect(stdout).toMatch(
      /TensorBoard curves: reports\/tiny\/default\/glyphs\/tensorboard \(10 files, 0\.0 MB\)/,
    )
    const { code: asked, stderr } = await other.run('export', 'tiny')
    expect(asked).toBe(2)
    expect(stderr).toContain('as often as there are images')
  } finally {
    other.remove()
  }
})

test('what was not trained cannot be exported, and the problem says what to run', async () => {
  const { code, stderr } = await project.run('export', 'tiny', '--seed', '7', 'snip 90%')
  expect(code).toBe(2)
  expect(stderr).toContain('snip s=90% k=0 seed=7 is not trained yet')
  expect(stderr).toContain('prune-bench tiny --seed 7 -t "snip s=90% k=0 seed=7"')
})

test('report lists the runs of the store, and rebuilds the report of one by its name', async () => {
  const { code, stdout } = await project.run('report')
  expect(code).toBe(0)
  expect(stdout).toMatch(/tiny:default +10 +\d+ +0 +[\d.]+ s {2}done/)
  const id = /\d{4}-\d\d-\d\dT[\d-]+Z-\d+/.exec(stdout)?.[0] ?? ''
  const rebuilt = await project.run('report', id, '--json')
  expect(rebuilt.code).toBe(0)
  expect(parseResults(rebuilt.stdout)).toEqual(results)
})

test('report says what to do where the store has no run, or no program opens a page', async () => {
  const empty = makeProject()
  try {
    const { code, stderr } = await empty.run('report')
    expect(code).toBe(2)
    expect(stderr).toContain('run a suite first')
  } finally {
    empty.remove()
  }
  const bare = makeProject({ PATH: '/nowhere' }, project.folder)
  const { code, stderr } = await bare.run('report', 'tiny', '--open')
  expect(code).toBe(0)
  expect(stderr).toContain('no program here opens reports/tiny/default/glyphs/index.html')
})
