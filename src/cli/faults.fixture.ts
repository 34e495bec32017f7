import { makeProject, type Project } from './cli.fixture.ts'

/** 800 images of four classes, 8 × 8, as a file: a label and 64 pixels each. Training labels are shifted by `shift` classes. */
export function blobs(shift = 0): Uint8Array {
  const [count, training, pixels] = [800, 600, 64]
  const bytes = new Uint8Array(count * (pixels + 1))
  let state = 7
  const uniform = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >>> 8) / 0x800000
  }
  for (let i = 0; i < count; i++) {
    const label = i % 4
    const at = i * (pixels + 1)
    bytes[at] = i < training ? (label + shift) % 4 : label
    for (let pixel = 0; pixel < pixels; pixel++) {
      const quadrant = (pixel >> 3 < 4 ? 0 : 2) + ((pixel & 7) < 4 ? 0 : 1)
      bytes[at + 1 + pixel] = Math.floor((quadrant === label ? 40 : 0) + 200 * uniform())
    }
  }
  return bytes
}

/** A data set that reads `blobs` from a file. `order` sorts the images of a split. */
function fileDataset(
  name: string,
  { path, order = '', mean = '[0.4]' }: { path: string; order?: string; mean?: string },
): string {
  return `import { readFileSync } from 'node:fs'
import { defineDataset } from 'prune-bench'

const size = { train: 600, test: 200 }
const description = { name: '${name}', shape: [8, 8, 1] as const, classes: 4, mean: ${mean}, std: ${mean}, size }

function read(from: number, to: number, count: number) {
  const bytes = readFileSync(${path})
  const order = Array.from({ length: to - from }, (_, i) => from + i)${order}.slice(0, count)
  const images = new Uint8Array(count * 64)
  order.forEach((at, i) => images.set(bytes.subarray(at * 65 + 1, (at + 1) * 65), i * 64))
  return { count, images, labels: Uint8Array.from(order, (at) => bytes[at * 65]!) }
}

export default defineDataset({
  summary: 'Four quadrants.',
  description,
  locate: async () => ({ status: 'present', digest: '${name}-1', origin: 'blobs.bin' }),
  load: async (_origin, wanted = size) => ({
    ...description,
    train: read(0, 600, wanted.train),
    test: read(600, 800, wanted.test),
  }),
})
`
}

function criterion(before = ''): string {
  return `import { defineCriterion, tf } from 'prune-bench'
${before}
export default defineCriterion({
  summary: 'Magnitude.',
  needs: ['weights'],
  score: ({ weights }) => weights.map((w) => tf.abs(w)),
})
`
}

function model(layers: string): string {
  return `import { conv2d, defineModel, dense, flatten, globalAveragePool, logSoftmax, relu, sequential } from 'prune-bench'
import { concatSwapped, depthwise, dilated, pixelShuffle } from '../lib/layers.ts'

const same = { padding: 'same' } as const
export default defineModel({ summary: 'Small.', input: [8, 8, 1], classes: 4, ...sequential(${layers}, logSoftmax()) })
`
}

/** Layers of a project's own: two that tell their wiring wrongly, one whose operation has no gradient, one nobody counts. */
const layers = `import { kaimingNormal, tf, type Layer, type Features } from 'prune-bench'

const outputOf = (result: ReturnType<Layer['forward']>) => ('buffers' in result ? result.output : result) as tf.Tensor

/** Concatenates two branches, and tells their channels in the opposite order. */
export const concatSwapped = (a: Layer, b: Layer): Layer => ({
  parameters: [...a.parameters, ...b.parameters],
  buffers: [],
  forward: (inputs) => tf.concat([outputOf(a.forward(inputs)), outputOf(b.forward(inputs))], -1),
  wire: (w, x) => {
    const [first, second] = [a.wire(w, x), b.wire(w, x)]
    return { ...first, channels: [...second.channels, ...first.channels] }
  },
})

export const depthwise = (name: string, channels: number): Layer => ({
  parameters: [{ name: \`\${name}/weight\`, shape: [3, 3, channels, 1], init: kaimingNormal, maskable: false }],
  buffers: [],
  forward: ({ params, x }) =>
    tf.depthwiseConv2d(x as tf.Tensor4D, params[\`\${name}/weight\`] as tf.Tensor4D, 1, 'same'),
  wire: (w, x) => {
    w.bind(\`\${name}/weight\`, 2, 'output', x.channels)
    return x
  },
})

export const dilated = (name: string, from: number, to: number, dilation: number): Layer => ({
  parameters: [{ name: \`\${name}/weight\`, shape: [3, 3, from, to], init: kaimingNormal, maskable: true }],
  buffers: [],
  forward: ({ params, x }) =>
    tf.conv2d(x as tf.Tensor4D, params[\`\${name}/weight\`] as tf.Tensor4D, 1, 'same', 'NHWC', dilation),
  wire: (w, x) => {
    w.bind(\`\${name}/weight\`, 2, 'input', x.channels)
    const channels = w.channels(to)
    w.bind(\`\${name}/weight\`, 3, 'output', channels)
    return { ...x, channels }
  },
})

export const pixelShuffle = (r: number): Layer => ({
  parameters: [],
  buffers: [],
  forward: ({ x }) => tf.depthToSpace(x as tf.Tensor4D, r, 'NHWC'),
  wire: (w, x): Features => {
    const count = x.channels.length / (r * r)
    const channels = x.channels.slice(0, count)
    for (let i = 1; i < r * r; i++) w.unite(channels, x.channels.slice(i * count, (i + 1) * count))
    return { height: x.height * r, width: x.width * r, channels }
  },
})
`

const base = `import { constant, sgd, type SuiteDefinition } from 'prune-bench'

export const base: SuiteDefinition = {
  summary: 'Small.',
  model: 'tiny',
  data: ['filed'],
  criteria: ['mine', 'random'],
  sparsities: [0.5],
  seeds: [1, 2],
  training: {
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0 }),
    schedule: constant(),
    batchSize: 50,
    epochs: 2,
    validation: 100,
    testEveryEpoch: false,
  },
}
`

const searching = `criteria: ['random', { criterion: 'random-search', options: { budget: 50 } }], searchSet: 100`

/** Each suite by what it replaces of \`base\`. */
const suites: Readonly<Record<string, string>> = {
  'stale-env': `model: 'wide', criteria: ['mine'], seeds: [1]`,
  'stale-data': '',
  sorted: `data: ['sorted'], ${searching}`,
  unsorted: searching,
  twins: 'sparsities: [0.3, 0.1 + 0.2], seeds: [1]',
  floats: `sparsities: Array.from({ length: 9 }, (_, i) => (i + 1) * 0.1), seeds: [1], assertions: [cells({ sparsity: 0.3 }).notCollapse()]`,
  'silent-exit': `criteria: ['exits-when-loaded', 'mine']`,
  hangs: `criteria: ['keeps-alive']`,
  json: `criteria: ['logs']`,
  cjs: `criteria: ['uses-cjs']`,
  beside: `data: ['beside']`,
  'wrong-wiring': `model: 'concat-swapped', granularity: 'filter', criteria: ['random']`,
  macs: `model: 'depthwise', granularity: 'filter', criteria: ['random'], seeds: [1]`,
  'rgb-stats': `data: ['rgb-stats']`,
  dilated: `model: 'dilated', granularity: 'filter'`,
  'pixel-shuffle': `model: 'pixel-shuffle', granularity: 'filter'`,
  'few-cells': `criteria: ['mine'], seeds: [1]`,
  'long-label': `criteria: [{ criterion: 'mine', label: 'x'.repeat(300) }]`,
}

const beside = `new URL('./blobs.bin', import.meta.url)`

/** A project with every plugin and suite that once showed a fault. */
export function faultyProject(): Project {
  const project = makeProject()
  const files: Readonly<Record<string, string>> = {
    'package.json': '{ "name": "faults", "private": true, "type": "module" }\n',
    'lib/base.ts': base,
    'lib/layers.ts': layers,
    'datasets/filed.ts': fileDataset('filed', { path: `'datasets/blobs.bin'` }),
    'datasets/beside.ts': fileDataset('beside', { path: beside }),
    'datasets/rgb-stats.ts': fileDataset('rgb-stats', { path: beside, mean: '[0.4, 0.4, 0.4]' }),
    'datasets/sorted.ts': fileDataset('sorted', {
      path: `'datasets/blobs.bin'`,
      order: '.sort((p, q) => bytes[p * 65]! - bytes[q * 65]! || p - q)',
    }),
    'criteria/mine.ts': criterion(),
    'criteria/exits-when-loaded.ts': criterion('process.exit(0)'),
    'criteria/keeps-alive.ts': criterion(
      `import { createServer } from 'node:http'\ncreateServer().listen(0)\nsetInterval(() => {}, 1000)`,
    ),
    'criteria/logs.ts': criterion(`console.log('loaded')`),
    'criteria/uses-cjs.ts': criterion(
      `import { exists } from '../vendor/cjs-package/index.js'\nif (!exists('package.json')) throw new Error('not found')`,
    ),
    'vendor/cjs-package/package.json': '{ "name": "cjs-package", "version": "1.0.0", "main": "index.js" }\n',
    'vendor/cjs-package/index.js': `const fs = require('fs')\nexports.exists = (file) => fs.existsSync(file)\n`,
    'models/tiny.ts': model(`flatten(), dense('a', 64, 16), relu(), dense('b', 16, 4, { maskable: false })`),
    'models/wide.ts': model(
      `flatten(), dense('a', 64, Number(process.env.WIDTH ?? 16)), relu(), dense('b', Number(process.env.WIDTH ?? 16), 4, { maskable: false })`,
    ),
    'models/concat-swapped.ts': model(
      `conv2d('a', 1, 8, same), relu(), concatSwapped(conv2d('b', 8, 8, same), conv2d('c', 8, 8, { kernel: 1, ...same })), relu(), flatten(), dense('head', 16 * 64, 4, { maskable: false })`,
    ),
    'models/depthwise.ts': model(
      `conv2d('a', 1, 8, same), relu(), depthwise('dw', 8), relu(), conv2d('pw', 8, 12, { kernel: 1, ...same }), relu(), globalAveragePool(), dense('head', 12, 4, { maskable: false })`,
    ),
    'models/dilated.ts': model(
      `dilated('a', 1, 8, 2), relu(), dilated('b', 8, 8, 3), relu(), globalAveragePool(), dense('head', 8, 4, { maskable: false })`,
    ),
    'models/pixel-shuffle.ts': model(
      `conv2d('a', 1, 8, same), relu(), pixelShuffle(2), conv2d('b', 2, 8, same), relu(), globalAveragePool(), dense('head', 8, 4, { maskable: false })`,
    ),
  }
  for (const [file, text] of Object.entries(files)) project.write(file, text)
  for (const [name, settings] of Object.entries(suites)) {
    project.write(
      `suites/${name}.suite.ts`,
      `import { cells, defineSuite } from 'prune-bench'\nimport { base } from '../lib/base.ts'\n\nvoid cells\nexport default defineSuite({ ...base, ${settings} })\n`,
    )
  }
  project.write('datasets/blobs.bin', blobs())
  return project
}
