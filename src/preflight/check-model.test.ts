import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  batchNorm,
  conv2d,
  defineModel,
  dense,
  dropout,
  flatten,
  logSoftmax,
  maxPool,
  relu,
  residual,
  sequential,
  softmax,
  subsample,
  type Granularity,
  type Layer,
  type Model,
  type Sequential,
} from '../plugin/index.ts'
import { models } from '../plugin/models.fixture.ts'
import { createEagerRuntime, createOnnxRuntime, type Runtime } from '../runtime/index.ts'
import { Problem } from '../values/problem.ts'
import { checkModel } from './index.ts'
import {
  concat,
  depthwise,
  dilated,
  frozen,
  misplaced,
  normalised,
  overChannels,
  pixelShuffle,
  shift,
  sigmoid,
} from './layers.fixture.ts'

let onnx: Runtime
let cpu: Runtime
beforeAll(async () => {
  onnx = await createOnnxRuntime({ device: 'cpu', threads: 1 })
  cpu = await createEagerRuntime('cpu')
})
afterAll(() => Promise.all([onnx.dispose(), cpu.dispose()]))

const same = { padding: 'same' } as const
const conv = (name: string, inputs: number, outputs: number) => conv2d(name, inputs, outputs, same)

/** A network for images of 4 × 4 × 1 and three classes; `channels` come out of its layers. */
const network = (channels: number, ...layers: readonly Layer[]): Model =>
  defineModel({
    summary: 'A network.',
    input: [4, 4, 1],
    classes: 3,
    ...sequential(...layers, flatten(), dense('head', 16 * channels, 3, { maskable: false }), logSoftmax()),
  })

async function problemOf(
  model: Model,
  {
    granularity = 'filter',
    images = 100,
    runtime = onnx,
  }: Partial<{ granularity: Granularity; images: number; runtime: Runtime }> = {},
): Promise<Problem | undefined> {
  try {
    await checkModel({ runtime, model, name: 'mine', loss: undefined, granularity, images, batchSize: 10 })
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

const chain = (...between: readonly Layer[]) => network(6, conv('a', 1, 6), ...between, relu())

describe('models whose wiring is right', () => {
  test.each([
    [
      'concatenated branches',
      network(10, conv('a', 1, 4), relu(), concat([conv('b', 4, 6), conv('d', 4, 4)], 'in order')),
    ],
    ['filters of single channels', chain(depthwise('dw', 6), batchNorm('norm', 6))],
    ['an activation that is not 0 at 0', chain(sigmoid())],
    [
      'shortcuts and dropout',
      network(
        8,
        conv('a', 1, 4),
        residual(sequential(relu(), conv('b', 4, 4), batchNorm('norm', 4), dropout('drop', 4))),
        residual(conv('c', 4, 8), subsample('shortcut', 4, 8, 1)),
      ),
    ],
  ])('%s', async (_, model) => {
    for (const granularity of ['filter', 'weight'] as const)
      expect(await problemOf(model, { granularity })).toBeUndefined()
  })

  test.each(models.filter(([name]) => /test-cnn|resnet|simpl/.test(name)))('%s', async (_, model) => {
    expect(await problemOf(model)).toBeUndefined()
  })
})

describe('a model whose wiring is not that of its forward pass is refused, and the layer named', () => {
  test.each([
    [
      'branches told in the wrong order',
      network(10, conv('a', 1, 4), relu(), concat([conv('b', 4, 5), conv('d', 4, 5)], 'reversed')),
      /filters of (b|d).*in inference/,
    ],
    [
      'branches told in the wrong order, of which only one has filters',
      network(
        10,
        conv('a', 1, 4),
        concat([conv('b', 4, 5), conv2d('d', 4, 5, { ...same, maskable: false })], 'reversed'),
      ),
      /filters of b.*in inference/,
    ],
    ['channels that are mixed', chain(shift('mixed', 6, 'always')), /filters of a.*in inference/],
    [
      'channels that are mixed in training alone',
      chain(shift('mixed', 6, 'training')),
      /filters of a.*in a training step/,
    ],
    [
      'channels that are mixed in inference alone',
      chain(shift('mixed', 6, 'inference')),
      /filters of a.*in inference/,
    ],
    ['biases that are 0 at first', chain(misplaced('bias', 6, 'parameters')), /filters of a.*in inference/],
    [
      'running means that are 0 at first',
      chain(misplaced('mean', 6, 'buffers')),
      /filters of a.*in inference/,
    ],
    ['a normalisation over channels', chain(overChannels('norm', 6)), /filters of a.*in inference/],
    ['a size that is frozen in', chain(frozen(6)), /filters of a.*where they are deleted.*shape/],
  ])('%s', async (_, model, message) => {
    const problem = await problemOf(model)
    expect(problem?.kind).toBe('usage')
    expect(problem?.message).toMatch(/^the wiring of the model mine is not that of its forward pass/)
    expect(problem?.message).toMatch(message)
    expect(problem?.hint).toMatch(/head|channels/)
  })

  test('behind a softmax that would hide it', async () => {
    const layers = [conv('a', 1, 4), concat([conv('b', 4, 5), conv('d', 4, 5)], 'reversed')]
    const model = defineModel({
      summary: 'Probabilities.',
      input: [4, 4, 1],
      classes: 3,
      ...sequential(...layers, flatten(), dense('head', 160, 3, { maskable: false }), softmax()),
    })
    expect((await problemOf(model))?.message).toMatch(/filters of (b|d)/)
  })
})

test('where weights are pruned, a wrong order is refused as well, but not what only deletion cannot do', async () => {
  const granularity = 'weight'
  const reversed = network(
    10,
    conv('a', 1, 4),
    relu(),
    concat([conv('b', 4, 5), conv('d', 4, 5)], 'reversed'),
  )
  expect((await problemOf(reversed, { granularity }))?.message).toMatch(/filters of (b|d)/)
  expect(await problemOf(chain(overChannels('norm', 6)), { granularity })).toBeUndefined()
})

describe('what cannot be evaluated or trained is refused', () => {
  test('an op without a gradient, without a place in the program itself', async () => {
    const problem = await problemOf(network(4, dilated('a', 1, 4), dilated('b', 4, 4)))
    expect(problem?.message).toMatch(/^the model mine cannot be trained: .*gradient of conv2D: dilation/)
    expect(problem?.place?.file ?? '').not.toMatch(/src\/(training|runtime|preflight)\/[^.]+\.ts$/)
  })

  test('an op that compiled functions do not know, where functions are compiled', async () => {
    const shuffled = network(4, conv('a', 1, 4), maxPool(), conv('b', 4, 16), pixelShuffle())
    const problem = await problemOf(shuffled)
    expect(problem?.message).toMatch(/^the model mine cannot be evaluated: .*DepthToSpace/)
    expect(problem?.place?.file).toMatch(/layers\.fixture\.ts$/)
    // tfjs' own backend computes it, but has no gradient for it either.
    expect((await problemOf(shuffled, { runtime: cpu }))?.message).toMatch(/cannot be trained/)
  })

  test('a last batch of one image, where batch-norm has one value to normalise', async () => {
    const rows = defineModel({
      summary: 'Rows.',
      input: [4, 4, 1],
      classes: 3,
      ...sequential(flatten(), dense('fc', 16, 8), batchNorm('norm', 8), dense('head', 8, 3), logSoftmax()),
    })
    expect(await problemOf(rows, { images: 100 })).toBeUndefined()
    const problem = await problemOf(rows, { images: 101 })
    expect(problem?.message).toMatch(
      /cannot be trained in a batch of one image, .*: norm has one value per channel/,
    )
  })

  test('outputs that are not one number for each class', async () => {
    const forward = chain()
    const wrong = defineModel({
      summary: 'Two classes more.',
      input: [4, 4, 1],
      classes: 5,
      parameters: forward.parameters,
      forward: forward.forward,
    })
    expect((await problemOf(wrong, { granularity: 'weight' }))?.message).toMatch(
      /gives \[4, 3\], not \[4, 5\]/,
    )
  })

  test('an error of its own', async () => {
    const { parameters } = chain()
    const wrong = defineModel({
      summary: 'Throws.',
      input: [4, 4, 1],
      classes: 3,
      parameters,
      forward: () => {
        throw new TypeError('x is undefined')
      },
    })
    expect((await problemOf(wrong, { granularity: 'weight' }))?.message).toMatch(
      /^the model mine cannot be evaluated: x is undefined/,
    )
  })
})

test('numbers that are not finite are told as such, not as wrong wiring', async () => {
  const problem = await problemOf(chain(normalised()))
  expect(problem?.message).toBe('the model mine gives numbers that are not finite for random images')
  expect(problem?.hint).toMatch(/0\/0/)
})

describe('multiply-adds that the wiring tells', () => {
  const layers = (told: boolean | 'too few') => chain(depthwise('dw', 6, told), batchNorm('norm', 6))

  test('another number than the forward pass does is refused, with both', async () => {
    const problem = await problemOf(layers('too few'))
    expect(problem?.message).toBe(
      'the wiring of the model mine tells 54 multiply-adds of dw/weight for one image; its forward pass does 864',
    )
    expect(problem?.hint).toMatch(/its 54 entries is multiplied: 16$/)
  })

  test('none is nothing wrong: costs are then told as incomplete', async () => {
    expect(await problemOf(layers(false))).toBeUndefined()
  })

  test('a layer that is used twice tells its weights twice', async () => {
    const shared = conv('b', 6, 6)
    const again = { ...shared, parameters: [], buffers: [] }
    expect(await problemOf(chain(shared, relu(), again))).toBeUndefined()
  })
})

describe('other forms of the forward pass', () => {
  const rows = sequential(flatten(), dense('a', 16, 8), relu(), dense('b', 8, 3), logSoftmax())
  const other = sequential(flatten(), dense('a', 16, 8), dense('b', 8, 3), logSoftmax())
  const about = { summary: 'Rows.', input: [4, 4, 1], classes: 3 } as const
  const { forward: whole } = rows
  const doubled: Sequential['forward'] = (inputs) =>
    tf.mul<tf.Tensor2D>(rows.logits?.forward(inputs) as tf.Tensor2D, 2)
  const images = sequential(conv('c', 1, 2), flatten(), dense('d', 32, 3), logSoftmax())

  test('those of layers of the library agree, of a whole model and of its parts', async () => {
    expect(Object.keys(rows)).toEqual(expect.arrayContaining(['logits', 'steps']))
    expect(images.split).toBeDefined()
    for (const layers of [rows, images, sequential(flatten(), dense('e', 16, 3), softmax())])
      expect(await problemOf(defineModel({ ...about, ...layers }))).toBeUndefined()
  })

  test.each([
    ['steps', { ...rows, steps: { list: other.steps?.list ?? [], whole } }],
    ['logits', { ...rows, logits: { forward: other.logits?.forward ?? other.forward, whole } }],
    ['logits', { ...rows, logits: { forward: doubled, whole } }],
    [
      'split',
      {
        ...images,
        split: { prepare: (x: tf.Tensor) => tf.mul(x, 2), finish: images.forward, whole: images.forward },
      },
    ],
  ])('other %s are refused', async (form, layers) => {
    const problem = await problemOf(defineModel({ ...about, ...layers }))
    expect(problem?.message).toBe(`the ${form} of the model mine computes something else than its forward`)
    expect(problem?.hint).toBe(`let them agree in inference, or leave ${form} out`)
  })

  test('those of another forward say nothing of this one', async () => {
    const steps = { list: other.steps?.list ?? [], whole: other.forward }
    expect(await problemOf(defineModel({ ...about, ...rows, steps }))).toBeUndefined()
  })

  test('a part that cannot be evaluated is named', async () => {
    const split = {
      prepare: (x: tf.Tensor) => tf.reshape(x, [-1, 15]),
      finish: images.forward,
      whole: images.forward,
    }
    const problem = await problemOf(defineModel({ ...about, ...images, split }))
    expect(problem?.message).toMatch(/^the split of the model mine cannot be evaluated: /)
  })
})
