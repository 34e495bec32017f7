import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = dirname(fileURLToPath(import.meta.url))
const root = dirname(src)

/** Who may import whom inside `src/`, besides itself: the table of ARCHITECTURE.md. */
const layers: Readonly<Record<string, readonly string[]>> = {
  values: [],
  plugin: ['values'],
  pruning: ['values'],
  search: ['values'],
  datasets: ['values'],
  store: ['values'],
  reads: ['values'],
  runtime: ['values'],
  kernels: ['values'],
  analyses: ['values', 'pruning'],
  plan: ['values', 'plugin'],
  results: ['values', 'analyses', 'plan'],
  verdict: ['values', 'plugin', 'plan', 'pruning', 'results'],
  report: ['values', 'results', 'verdict'],
  training: ['values', 'plugin', 'runtime'],
  units: [
    'values',
    'plugin',
    'pruning',
    'search',
    'analyses',
    'plan',
    'datasets',
    'runtime',
    'kernels',
    'training',
  ],
  preflight: ['values', 'plugin', 'pruning', 'runtime', 'training'],
  export: ['values', 'plugin', 'results', 'training'],
  execute: ['values', 'plan', 'reads', 'store', 'units'],
  // The public API gathers what plugins may use.
  'index.ts': ['values', 'plugin', 'search', 'results', 'verdict'],
}
/** Doors import everything; nobody imports them, but that vitest loads and prepares suites as the command line does. */
const doors = ['cli', 'vitest']

/** Packages that only one folder may import, or some. */
const exclusive: Readonly<Record<string, string | readonly string[]>> = {
  'onnxruntime-node': 'runtime',
  '@tensorflow/tfjs-backend-cpu': 'runtime',
  '@tensorflow/tfjs-backend-wasm': 'runtime',
  '@tensorflow/tfjs-backend-webgpu': 'runtime',
  '@bufbuild/protobuf': ['runtime', 'export'],
  'crc-32': 'export',
  'ml-matrix': 'analyses',
  esbuild: 'cli',
  chokidar: 'cli',
  undici: 'datasets',
  vitest: 'vitest',
  'cli-table3': 'report',
  chalk: 'report',
  '@observablehq/plot': 'report',
  linkedom: 'report',
}

interface Import {
  readonly file: string
  readonly from: string
  readonly specifier: string
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.(test|fixture)\.ts$/.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name))
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8')
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)[^'"\n]*(?:\{[^}]*\}[^'"\n]*)?['"]([^'"\n]+)['"]|import\(\s*['"]([^'"\n]+)['"]/g,
  )
  return [...found].map((match) => ({ file, from: folderOf(file), specifier: match[1] ?? match[2] ?? '' }))
}

function folderOf(file: string): string {
  return relative(src, file).split('/')[0] as string
}

const inside = sources(src).flatMap(importsOf)

test('the parser sees imports of every form', () => {
  expect(inside.some((i) => i.specifier === 'onnxruntime-node')).toBe(true)
  expect(inside.some((i) => i.specifier === 'esbuild')).toBe(true)
  expect(inside.filter((i) => i.specifier.startsWith('.')).length).toBeGreaterThan(200)
})

test('every folder of src/ has its place in the table', () => {
  const folders = new Set(inside.map((i) => i.from))
  expect([...folders].filter((folder) => !(folder in layers) && !doors.includes(folder))).toEqual([])
})

test('no folder imports one that its layer may not know', () => {
  const broken = inside
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ file, from, specifier }) => ({ file, from, to: folderOf(resolve(dirname(file), specifier)) }))
    .filter(
      ({ from, to }) => from !== to && !(doors.includes(from) ? to !== 'vitest' : layers[from]?.includes(to)),
    )
    .map(({ file, to }) => `${relative(root, file)} imports ${to}/`)
  expect(broken).toEqual([])
})

test('packages of one concern are imported in one folder', () => {
  const broken = inside.filter(({ specifier, from }) => {
    const owner = Object.keys(exclusive).find(
      (name) => specifier === name || specifier.startsWith(`${name}/`),
    )
    return owner !== undefined && ![exclusive[owner]].flat().includes(from)
  })
  expect(broken.map(({ file, specifier }) => `${relative(root, file)} imports ${specifier}`)).toEqual([])
})

test('ONNX Runtime is loaded by the one file that turns its telemetry off', () => {
  const loads = (file: string) =>
    /(import\(|^import (?!type\b).*from )\s*'onnxruntime-node'/m.test(readFileSync(file, 'utf8'))
  const found = [src, join(root, 'bench')].flatMap(sources).filter(loads)
  expect(found.map((file) => relative(root, file))).toEqual(['src/runtime/onnx/load-ort.ts'])
})

test('folders are made by the one function that ends wherever they cannot be', () => {
  const makes = (file: string) => /mkdir(Sync)?\([^\n]*recursive/.test(readFileSync(file, 'utf8'))
  const found = [src, join(root, 'bench')].flatMap(sources).filter(makes)
  expect(found.map((file) => relative(root, file))).toEqual([])
})

test('plugins and suites use the door that users have', () => {
  const allowed = /^(prune-bench|@tensorflow\/tfjs-core)$/
  const broken = ['criteria', 'models', 'suites']
    .flatMap((folder) => sources(join(root, folder)).flatMap(importsOf))
    .filter(({ specifier }) => !allowed.test(specifier))
  expect(broken.map(({ file, specifier }) => `${relative(root, file)} imports ${specifier}`)).toEqual([])
})

test('the program itself names no plugin', () => {
  const broken = inside.filter(({ specifier }) => /(^|\/)(criteria|models|suites)\//.test(specifier))
  expect(broken).toEqual([])
})

test('files have one concept: none is longer than 400 lines', () => {
  const long = sources(src)
    .map((file) => ({ file: relative(root, file), lines: readFileSync(file, 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 400)
  expect(long).toEqual([])
})

test('every folder has a README of at most 20 lines', () => {
  const folders = [
    'criteria',
    'models',
    'suites',
    'reports',
    'bench',
    ...readdirSync(src, { withFileTypes: true })
      .filter((e) => e.isDirectory())
      .map((e) => `src/${e.name}`),
  ]
  const lines = folders.map((folder) => {
    const text = readFileSync(join(root, folder, 'README.md'), 'utf8')
    return { folder, lines: text.trimEnd().split('\n').length }
  })
  expect(lines.filter((one) => one.lines > 20)).toEqual([])
})
