import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { NetworkStructure } from '../values/network-structure.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import {
  averagePool,
  batchNorm,
  conv2d,
  defineModel,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  logSoftmax,
  maxPool,
  relu,
  residual,
  sequential,
  softmax,
  structureOf,
  subsample,
  type Features,
  type Layer,
  type Model,
  type Wiring,
} from './index.ts'
import { images, initialised, replaced, run, trained, useReference, without } from './network.fixture.ts'

beforeAll(useReference)

const network = (input: readonly [number, number, number], ...layers: readonly Layer[]): Model =>
  defineModel({ summary: 'A network.', input, classes: 3, ...sequential(...layers) })

const same = { padding: 'same' } as const

/** Small networks of every kind of connection, with sizes that depend on a seed. */
function networks(seed: number): Readonly<Record<string, Model>> {
  const random = stream(seed, 'sizes')
  const size = () => 2 + random.integer(4)
  const [a, b, c] = [size(), size(), size()] as const
  return {
    'a chain with pooling and flatten': network(
      [9, 8, 2],
      conv2d('conv1', 2, a),
      relu(),
      dropout('drop1', a, 0.3),
      batchNorm('norm1', a),
      conv2d('conv2', a, b, { padding: 1 }),
      relu(),
      maxPool(2),
      flatten(),
      dense('dense1', 3 * 3 * b, c),
      relu(),
      dropout('drop2', c),
      batchNorm('norm2', c),
      dense('dense2', c, 3, { maskable: false }),
      logSoftmax(),
    ),
    'a chain with dropout of rows': network(
      [5, 5, 1],
      conv2d('conv1', 1, a, { stride: 2 }),
      flatten(),
      dropout('drop1', 4 * a),
      batchNorm('norm1', 4 * a),
      dense('dense1', 4 * a, 3),
    ),
    'residuals and a projection': network(
      [6, 6, 3],
      conv2d('conv1', 3, a, { ...same, bias: false }),
      batchNorm('norm1', a),
      residual(sequential(relu(), conv2d('conv2', a, b, same), relu(), conv2d('conv3', b, a, same))),
      relu(),
      residual(
        sequential(conv2d('conv4', a, c, { stride: 2, padding: 1 }), batchNorm('norm4', c)),
        conv2d('project', a, c, { kernel: 1, stride: 2, maskable: false }),
      ),
      averagePool(2, { stride: 1, padding: 'same' }),
      relu(),
      globalAveragePool(),
      dense('dense1', c, 3),
    ),
    'a shortcut that pads': network(
      [6, 6, 3],
      conv2d('conv1', 3, a, same),
      relu(),
      residual(
        sequential(conv2d('conv2', a, a + b, { stride: 2, padding: 1 }), batchNorm('norm2', a + b)),
        subsample('shortcut', a, a + b, 2),
      ),
      residual(conv2d('conv3', a + b, a + b, same)),
      relu(),
      globalAveragePool(),
      dense('dense1', a + b, 3),
      logSoftmax(),
    ),
    'a residual in a residual': network(
      [4, 4, 2],
      conv2d('conv1', 2, a, same),
      residual(sequential(residual(conv2d('conv2', a, a, same)), relu(), conv2d('conv3', a, a, same))),
      relu(),
      flatten(),
      dense('dense1', 16 * a, b),
      residual(sequential(relu(), dense('dense2', b, b))),
      relu(),
      dense('dense3', b, 3),
    ),
  }
}

const cases = [1, 2].flatMap((seed) =>
  Object.entries(networks(seed)).map(([name, model]) => [`${name}, sizes ${seed}`, model] as const),
)

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - (b[i] as number))))
}

describe.each(cases)('%s', (_, model) => {
  const structure = structureOf(model)
  const tensors = trained(initialised(model, 3), 3)
  const x = images(model, 3, 4)
  const full = run(model, tensors, x).output
  const filters = Array.from({ length: structure.filters }, (_, filter) => filter)

  test('what reads a filter reads nothing else: it is free once the filter is silent', () => {
    const random = stream(5, 'replacement')
    let audible = 0
    for (const filter of filters) {
      const silent = replaced(tensors, structure, 'output', filter, () => 0)
      const scrambled = replaced(silent, structure, 'input', filter, () => 3 * random.normal())
      expect(scrambled).not.toEqual(silent)
      const { output } = run(model, silent, x)
      expect(difference(run(model, scrambled, x).output.data, output.data)).toBeLessThan(1e-5)
      const loud = replaced(tensors, structure, 'input', filter, () => 3 * random.normal())
      const matters = difference(run(model, loud, x).output.data, full.data) > 1e-3
      if (matters && difference(output.data, full.data) > 1e-3) audible++
    }
    // Where a filter is not silenced, the same entries matter, unless its ReLU is at zero for all images.
    expect(audible).toBeGreaterThan(structure.filters / 2)
  })

  test('a filter that is deleted leaves the network that a silent one leaves, in inference and in training', () => {
    for (const filter of filters) {
      if (groupOf(structure, filter).size === 1) continue
      const mask = Uint8Array.from(filters, (f) => (f === filter ? 0 : 1))
      const small = without(tensors, structure, mask)
      // The numbers that dropout draws by are no weights.
      const silent = replaced(tensors, structure, 'output', filter, () => 0)
      for (const step of [null, 7])
        expect(
          difference(run(model, small, x, step).output.data, run(model, silent, x, step).output.data),
        ).toBeLessThan(1e-5)
    }
  })
})

function groupOf(structure: NetworkStructure, filter: number) {
  let first = 0
  for (const group of structure.groups) {
    if (filter < first + group.size) return group
    first += group.size
  }
  throw new Error(`filter ${filter} of ${structure.filters} is in no group`)
}

const axesOf = (model: Model) =>
  structureOf(model).axes.map(
    ({ tensor, axis, role, filters }) => `${tensor} ${axis} ${role} ${filters.join()}`,
  )

test('filters, bindings and costs of a chain, by hand', () => {
  const model = network(
    [6, 6, 1],
    conv2d('conv1', 1, 2, { stride: 2 }),
    dropout('drop1', 2),
    batchNorm('norm1', 2),
    flatten(),
    dense('fc1', 8, 3),
    dense('fc2', 3, 3),
  )
  expect(structureOf(model).groups).toEqual([
    { name: 'conv1', size: 2, producers: ['conv1/weight'] },
    { name: 'fc1', size: 3, producers: ['fc1/weight'] },
  ])
  expect(structureOf(model).filters).toBe(5)
  expect(axesOf(model)).toEqual([
    'conv1/weight 3 output 0,1',
    'conv1/bias 0 output 0,1',
    'drop1/channels 0 output 0,1',
    'norm1/scale 0 output 0,1',
    'norm1/offset 0 output 0,1',
    'norm1/mean 0 output 0,1',
    'norm1/variance 0 output 0,1',
    'fc1/weight 1 input 0,1,0,1,0,1,0,1',
    'fc1/weight 0 output 2,3,4',
    'fc1/bias 0 output 2,3,4',
    'fc2/weight 1 input 2,3,4',
  ])
  expect(structureOf(model).operations).toEqual([
    { layer: 'conv1', tensor: 'conv1/weight', positions: 4, kind: 'multiply' },
    { layer: 'conv1', tensor: 'conv1/bias', positions: 4, kind: 'add' },
    { layer: 'norm1', tensor: 'norm1/scale', positions: 4, kind: 'scale' },
    { layer: 'fc1', tensor: 'fc1/weight', positions: 1, kind: 'multiply' },
    { layer: 'fc1', tensor: 'fc1/bias', positions: 1, kind: 'add' },
    { layer: 'fc2', tensor: 'fc2/weight', positions: 1, kind: 'multiply' },
    { layer: 'fc2', tensor: 'fc2/bias', positions: 1, kind: 'add' },
  ])
  expect(structureOf(model)).toBe(structureOf(model))
})

test('branches that are added share their filters, also with a layer that may not be pruned', () => {
  const { groups } = structureOf(networks(1)['residuals and a projection'] as Model)
  expect(groups.map(({ name, producers }) => ({ name, producers }))).toEqual([
    { name: 'conv1+1', producers: ['conv1/weight', 'conv3/weight'] },
    { name: 'conv2', producers: ['conv2/weight'] },
    { name: 'conv4', producers: ['conv4/weight'] },
  ])
})

test('what is added to colours or classes, or goes through a softmax, stays', () => {
  const toColours = network(
    [4, 4, 2],
    residual(conv2d('conv1', 2, 2, same)),
    flatten(),
    residual(dense('fc1', 32, 32), relu()),
    dense('fc2', 32, 4),
    softmax(),
    dense('fc3', 4, 3),
  )
  expect(structureOf(toColours).groups).toEqual([])
  expect(structureOf(toColours).filters).toBe(0)
  expect(structureOf(toColours).axes).toEqual([])
})

/** A model of two dense layers a and b whose outputs a function of the author's wires. */
function custom(
  sizes: { readonly a: number; readonly b: number; readonly c: number },
  wire: (wiring: Wiring, image: Features) => readonly (number | null)[],
): Model {
  const layers = {
    a: dense('a', 2, sizes.a, { bias: false }),
    b: dense('b', 2, sizes.b, { bias: false }),
    c: dense('c', sizes.c, 3, { bias: false }),
  }
  return defineModel({
    summary: 'Wired by hand.',
    input: [1, 1, 2],
    classes: 3,
    parameters: Object.values(layers).flatMap(({ parameters }) => parameters),
    forward: () => {
      throw new Error('is not run')
    },
    wire: (wiring, image) => layers.c.wire(wiring, { height: 1, width: 1, channels: wire(wiring, image) }),
  })
}

test('branches may share some of their filters', () => {
  // b is added to the even channels of a.
  const model = custom({ a: 5, b: 2, c: 5 }, (wiring, image) => {
    wiring.bind('a/weight', 1, 'input', image.channels)
    wiring.bind('b/weight', 1, 'input', image.channels)
    const [a, b] = [wiring.channels(5), wiring.channels(2)]
    wiring.bind('a/weight', 0, 'output', a)
    wiring.bind('b/weight', 0, 'output', b)
    wiring.unite(
      b,
      [0, 2].map((i) => a[i] as number),
    )
    return a
  })
  expect(structureOf(model).groups).toEqual([
    { name: 'a+1', size: 2, producers: ['a/weight', 'b/weight'] },
    { name: 'a', size: 3, producers: ['a/weight'] },
  ])
  expect(axesOf(model)).toEqual([
    'a/weight 0 output 0,2,1,3,4',
    'b/weight 0 output 0,1',
    'c/weight 1 input 0,2,1,3,4',
  ])
})

test('a layer that is used twice has one set of filters; channels that no tensor makes are none', () => {
  const model = custom({ a: 2, b: 2, c: 4 }, (wiring, image) => {
    const [once, again, b, nowhere] = [1, 2, 3, 4].map(() => wiring.channels(2)) as [
      number[],
      number[],
      number[],
      number[],
    ]
    wiring.bind('a/weight', 1, 'input', image.channels)
    wiring.bind('a/weight', 0, 'output', once)
    wiring.bind('a/weight', 0, 'output', again)
    wiring.bind('b/weight', 1, 'input', image.channels)
    wiring.bind('b/weight', 0, 'output', b)
    wiring.unite(b, nowhere)
    return [...again, ...b]
  })
  expect(structureOf(model).groups).toEqual([{ name: 'a', size: 2, producers: ['a/weight'] }])
  expect(axesOf(model)).toEqual(['a/weight 0 output 0,1', 'c/weight 1 input 0,1,-1,-1'])
})

test.each<[string, RegExp, Model]>([
  [
    'no wiring',
    /does not say how its layers hang together/,
    defineModel({
      summary: 'Unwired.',
      input: [1, 1, 2],
      classes: 3,
      parameters: dense('a', 2, 3).parameters,
      forward: ({ x }) => tf.reshape(x, [-1, 3]),
    }),
  ],
  [
    'a wrong number of inputs',
    /conv2\/weight has 3 entries along axis 2 for 4 channels/,
    network([8, 8, 1], conv2d('conv1', 1, 4), conv2d('conv2', 3, 4)),
  ],
  [
    'a wrong number of pixels',
    /dense\/weight has 8 entries along axis 1 for 16 channels/,
    network([4, 4, 1], flatten(), dense('dense', 8, 3)),
  ],
  [
    'an image in a dense layer',
    /dense reads images of 4 × 4 pixels/,
    network([4, 4, 1], dense('dense', 1, 3)),
  ],
  ['a wrong number of classes', /ends with 4 channels/, network([4, 4, 1], flatten(), dense('dense', 16, 4))],
  [
    'an image too small',
    /no window of 5 × 5 of conv1 fits into features of 4 × 4/,
    network([4, 4, 1], conv2d('conv1', 1, 4, { kernel: 5 })),
  ],
  [
    'branches of other widths',
    /features of 3 and of 2 channels are added/,
    network([4, 4, 2], residual(conv2d('conv1', 2, 3, same))),
  ],
  [
    'branches of other sizes',
    /adds 2 × 2 pixels to 4 × 4/,
    network([4, 4, 2], residual(conv2d('conv1', 2, 2))),
  ],
  [
    'a batch-norm of another width',
    /norm1\/scale has 4 entries along axis 0 for 3 channels/,
    network([4, 4, 1], conv2d('conv1', 1, 3), batchNorm('norm1', 4)),
  ],
  [
    'a parameter left out',
    /leaves out a\/weight/,
    custom({ a: 2, b: 2, c: 2 }, (wiring) => wiring.channels(2)),
  ],
  [
    'an axis that is not there',
    /binds axis 2 of a\/weight/,
    custom({ a: 2, b: 2, c: 2 }, (wiring) => {
      wiring.bind('a/weight', 2, 'output', [])
      return []
    }),
  ],
  [
    'a tensor that is not there',
    /speaks of d\/weight/,
    custom({ a: 2, b: 2, c: 2 }, (wiring) => {
      wiring.operation('add', 'd/weight', 1)
      return []
    }),
  ],
  [
    'an axis in both roles',
    /axis 0 of a\/weight is bound both/,
    custom({ a: 2, b: 2, c: 2 }, (wiring) => {
      wiring.bind('a/weight', 0, 'output', [null, null])
      wiring.bind('a/weight', 0, 'input', [null, null])
      return []
    }),
  ],
  [
    'a channel that is not there',
    /no channel 9/,
    custom({ a: 2, b: 2, c: 2 }, (wiring) => {
      wiring.unite([9], [null])
      return []
    }),
  ],
])('wiring that contradicts the model is refused: %s', (_, message, model) => {
  expect(() => structureOf(model)).toThrow(Problem)
  expect(() => structureOf(model)).toThrow(message)
})
